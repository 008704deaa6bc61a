package dev.firsttoken.simulator.dialect;

import dev.firsttoken.simulator.answer.Piece;
import dev.firsttoken.simulator.answer.Step.Body;
import dev.firsttoken.simulator.dialect.Said.Block;
import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.event.StreamEvent.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Google's Gemini. Names are taken in both spellings and base64 in both alphabets. Lines end in
/// CRLF, every chunk has all the counts so far, a call comes whole and without an id, and a turn
/// that calls tools ends with `STOP`. After thinking, the first call or the last text is signed.
record Gemini() implements Dialect {

    /// What everything is signed with.
    static final String SIGNATURE = "+/++c2ltdWxhdGVkIHRob3VnaHQ=";

    /// What Google takes for turns of other models.
    private static final List<String> UNSIGNED =
            List.of("skip_thought_signature_validator", "context_engineering_is_the_way_to_go");

    private static final String WHOLE = ":generateContent";
    private static final String STREAM = ":streamGenerateContent";
    private static final String COUNT = ":countTokens";

    @Override
    public String title() {
        return "Gemini";
    }

    @Override
    public List<String> paths() {
        return List.of(
                "/v1beta/models/MODEL" + WHOLE,
                "/v1beta/models/MODEL" + STREAM + "?alt=sse",
                "/v1beta/models/MODEL" + COUNT);
    }

    @Override
    public boolean serves(String route) {
        return route.contains("/models/")
                && (route.endsWith(WHOLE) || route.endsWith(STREAM) || route.endsWith(COUNT));
    }

    @Override
    public String streamType() {
        return "text/event-stream";
    }

    @Override
    public byte @Nullable [] aside(Call call) {
        if (!call.route().endsWith(COUNT)) {
            return null;
        }
        Question question = read(call);
        return Json.bytes(
                Json.object("totalTokens", 3 + (question.lastMessage().length() + 3) / 4));
    }

    @Override
    public Question read(Call call) {
        String route = call.route();
        boolean stream = route.endsWith(STREAM);
        if (stream && !call.parameter("alt").equals("sse")) {
            throw new IllegalArgumentException(
                    "alt: '"
                            + call.parameter("alt")
                            + "' (expected: sse, for no array is streamed)");
        }
        Node body = Node.ofBody(call.body());
        Conversation said = new Conversation();
        if (body.get("contents").items().isEmpty()) {
            throw new IllegalArgumentException("contents: is not specified");
        }
        for (Node content : body.get("contents").items()) {
            List<String> before = said.turn();
            said.message(Chat.text(content.get("parts")));
            for (Node part : content.get("parts").items()) {
                Node signature = part.either("thoughtSignature", "thought_signature");
                if (signature.exists() && !UNSIGNED.contains(signature.text())) {
                    checkSignature(signature.text());
                }
                Node called = part.either("functionCall", "function_call");
                Node answer = part.either("functionResponse", "function_response");
                Node data = part.either("inlineData", "inline_data");
                Node file = part.either("fileData", "file_data");
                if (called.exists()) {
                    said.calls(called.get("name").text());
                } else if (answer.exists()) {
                    said.result(answer.get("name").text(), answer.get("response").only().quoted());
                } else if (data.exists()) {
                    said.shows(data.either("mimeType", "mime_type").text());
                    Question.checkBase64(standard(data.get("data").text()));
                } else if (file.exists()) {
                    said.shows(file.either("mimeType", "mime_type").text());
                }
            }
            said.checkResults("contents", before);
        }
        List<String> tools = new ArrayList<>();
        for (Node tool : body.get("tools").items()) {
            tool.either("functionDeclarations", "function_declarations")
                    .items()
                    .forEach(function -> tools.add(function.get("name").text()));
        }
        int from = route.indexOf("/models/") + "/models/".length();
        String model = Call.decoded(route.substring(from, route.lastIndexOf(':')));
        return said.question(model, stream, true, tools);
    }

    private static void checkSignature(String given) {
        if (!standard(given).equals(SIGNATURE)) {
            throw new IllegalArgumentException("contents: invalid signature '" + given + "'");
        }
    }

    private static String standard(String base64) {
        return base64.replace('-', '+').replace('_', '/');
    }

    @Override
    public List<Body> stream(List<StreamEvent> events, Question question) {
        Said said = Said.of(events);
        List<Body> bodies = new ArrayList<>();
        long output = 0;
        boolean sign = said.hasReasoning();
        for (Block block : said.blocks()) {
            if (block.kind() == Said.Kind.TOOL_CALL) {
                output += Math.max(1, block.deltas().size());
                Map<String, @Nullable Object> part = call(block, sign);
                sign = false;
                bodies.add(chunk(part, null, said, output, question.model(), true));
                continue;
            }
            for (String delta : block.deltas()) {
                boolean thought = block.kind() == Said.Kind.REASONING;
                output += thought ? 0 : 1;
                bodies.add(chunk(text(delta, thought), null, said, output, question.model(), true));
            }
        }
        if (said.failure() != null) {
            bodies.add(Body.event(errorEvent(said.failure().detail())));
        } else if (said.reason() != null) {
            Map<String, @Nullable Object> part = text("", false);
            if (sign) {
                part.put("thoughtSignature", SIGNATURE);
            }
            long all = said.usage().outputTokens() - said.usage().reasoningTokens();
            bodies.add(chunk(part, reason(said), said, all, question.model(), false));
        }
        return bodies;
    }

    private static Map<String, @Nullable Object> text(String text, boolean thought) {
        return thought ? Json.object("text", text, "thought", true) : Json.object("text", text);
    }

    private static Map<String, @Nullable Object> call(Block block, boolean sign) {
        Map<String, @Nullable Object> part =
                Json.object(
                        "functionCall",
                        Json.object("name", block.name(), "args", new Json.Raw(block.whole())));
        if (sign) {
            part.put("thoughtSignature", SIGNATURE);
        }
        return part;
    }

    private static Body chunk(
            Map<String, @Nullable Object> part,
            @Nullable String reason,
            Said said,
            long output,
            String model,
            boolean content) {
        String json = Json.text(response(List.of(part), reason, said, output, model));
        return new Body(Piece.of("data: " + json + "\r\n\r\n"), 1, content);
    }

    private static Map<String, @Nullable Object> response(
            List<?> parts, @Nullable String reason, Said said, long output, String model) {
        Map<String, @Nullable Object> candidate =
                Json.object("content", Json.object("parts", parts, "role", "model"));
        if (reason != null) {
            candidate.put("finishReason", reason);
        }
        candidate.put("index", 0);
        return Json.object(
                "candidates",
                List.of(candidate),
                "usageMetadata",
                usage(said.usage(), output),
                "modelVersion",
                model,
                "responseId",
                said.mark());
    }

    private static Map<String, @Nullable Object> usage(Usage usage, long output) {
        Map<String, @Nullable Object> counts = Json.object("promptTokenCount", usage.inputTokens());
        if (usage.cachedInputTokens() > 0) {
            counts.put("cachedContentTokenCount", usage.cachedInputTokens());
        }
        if (output > 0) {
            counts.put("candidatesTokenCount", output);
        }
        if (usage.reasoningTokens() > 0) {
            counts.put("thoughtsTokenCount", usage.reasoningTokens());
        }
        counts.put("totalTokenCount", usage.inputTokens() + output + usage.reasoningTokens());
        return counts;
    }

    private static String reason(Said said) {
        return switch (said.reason()) {
            case null -> "FINISH_REASON_UNSPECIFIED";
            case STOP, STOP_SEQUENCE, TOOL_CALLS -> "STOP";
            case LENGTH, CONTEXT_FULL -> "MAX_TOKENS";
            case CONTENT_FILTER -> "SAFETY";
            case PAUSE, COMPACTION, OTHER -> "OTHER";
        };
    }

    @Override
    public byte[] whole(List<StreamEvent> events, Question question) {
        Said said = Said.of(events);
        boolean sign = said.hasReasoning();
        List<Object> parts = new ArrayList<>();
        for (Block block : said.blocks()) {
            boolean call = block.kind() == Said.Kind.TOOL_CALL;
            parts.add(
                    call
                            ? call(block, sign)
                            : text(block.whole(), block.kind() == Said.Kind.REASONING));
            sign &= !call;
        }
        long output = said.usage().outputTokens() - said.usage().reasoningTokens();
        return Json.bytes(response(parts, reason(said), said, output, question.model()));
    }

    @Override
    public byte[] error(Failure failure) {
        String status =
                switch (failure.status()) {
                    case 400 -> "INVALID_ARGUMENT";
                    case 401 -> "UNAUTHENTICATED";
                    case 403 -> "PERMISSION_DENIED";
                    case 404 -> "NOT_FOUND";
                    case 429 -> "RESOURCE_EXHAUSTED";
                    case 503, 529 -> "UNAVAILABLE";
                    case 504 -> "DEADLINE_EXCEEDED";
                    default -> failure.status() < 500 ? "FAILED_PRECONDITION" : "INTERNAL";
                };
        return error(failure.status(), failure.detail(), status);
    }

    private static byte[] error(int code, String message, String status) {
        return Json.bytes(
                Json.object(
                        "error", Json.object("code", code, "message", message, "status", status)));
    }

    @Override
    public Piece errorEvent(String message) {
        String json =
                Json.text(
                        Json.object(
                                "error",
                                Json.object(
                                        "code", 503, "message", message, "status", "UNAVAILABLE")));
        return Piece.of("data: " + json + "\r\n\r\n");
    }
}
