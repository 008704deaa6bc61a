package dev.firsttoken.simulator.dialect;

import dev.firsttoken.simulator.answer.Header;
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

/// AWS Bedrock's Converse. Text has no start event, every event has padding, and the counts come
/// after the stop. Requests may be signed in any way.
record Bedrock() implements Dialect {

    /// What all thinking is signed with.
    static final String SIGNATURE = "YmVkcm9jay9zaW0+dGhpbmtpbmc=";

    private static final String PREFIX = "/model/";
    private static final String WHOLE = "/converse";
    private static final String STREAM = "/converse-stream";

    @Override
    public String title() {
        return "AWS Bedrock Converse";
    }

    @Override
    public List<String> paths() {
        return List.of("/model/MODEL" + WHOLE, "/model/MODEL" + STREAM);
    }

    @Override
    public boolean serves(String route) {
        return route.startsWith(PREFIX) && (route.endsWith(WHOLE) || route.endsWith(STREAM));
    }

    @Override
    public Lines lines() {
        return Lines.FRAMES;
    }

    @Override
    public String streamType() {
        return "application/vnd.amazon.eventstream";
    }

    @Override
    public String requestIdHeader() {
        return "x-amzn-requestid";
    }

    @Override
    public Question read(Call call) {
        Node body = Node.ofBody(call.body());
        Conversation said = new Conversation();
        for (Node message : body.get("messages").items()) {
            List<String> before = said.turn();
            said.message(Chat.text(message.get("content")));
            for (Node block : message.get("content").items()) {
                if (block.get("toolUse").exists()) {
                    said.calls(block.get("toolUse").get("toolUseId").text());
                } else if (block.get("toolResult").exists()) {
                    Node answer = block.get("toolResult");
                    said.result(answer.get("toolUseId").text(), result(answer.get("content")));
                } else if (block.get("image").exists()) {
                    said.shows("image/" + block.get("image").get("format").text());
                    Question.checkBase64(block.get("image").get("source").get("bytes").text());
                } else if (block.get("reasoningContent").get("reasoningText").exists()) {
                    Question.checkSignature(
                            "messages",
                            block.get("reasoningContent").get("reasoningText").get("signature"),
                            SIGNATURE);
                }
            }
            if (!before.isEmpty() && !said.hasResults()) {
                throw new IllegalArgumentException(
                        "messages: toolUse without toolResult: " + before);
            }
            said.checkResults("messages", before);
        }
        boolean stream = call.route().endsWith(STREAM);
        int to = call.route().length() - (stream ? STREAM : WHOLE).length();
        return said.question(
                Call.decoded(call.route().substring(PREFIX.length(), to)),
                stream,
                true,
                body.get("toolConfig").get("tools").items().stream()
                        .map(tool -> tool.get("toolSpec").get("name").text())
                        .filter(name -> !name.isEmpty())
                        .toList());
    }

    private static String result(Node content) {
        StringBuilder all = new StringBuilder();
        for (Node part : content.items()) {
            all.append(part.get("text").text());
            if (part.get("json").exists()) {
                all.append(part.get("json").only().quoted());
            }
        }
        return all.toString();
    }

    @Override
    public List<Body> stream(List<StreamEvent> events, Question question) {
        Said said = Said.of(events);
        List<Body> bodies = new ArrayList<>();
        event("messageStart", bodies, false, "role", "assistant");
        for (int i = 0; i < said.blocks().size(); i++) {
            Block block = said.blocks().get(i);
            if (block.kind() == Said.Kind.TOOL_CALL) {
                Object use = Json.object("toolUseId", block.id(), "name", block.name());
                event(
                        "contentBlockStart",
                        bodies,
                        true,
                        "contentBlockIndex",
                        i,
                        "start",
                        Json.object("toolUse", use));
            }
            for (String delta : block.deltas()) {
                switch (block.kind()) {
                    case REASONING ->
                            delta(i, bodies, true, "reasoningContent", Json.object("text", delta));
                    case TEXT, REFUSAL -> delta(i, bodies, true, "text", delta);
                    case TOOL_CALL ->
                            delta(i, bodies, true, "toolUse", Json.object("input", delta));
                }
            }
            if (block.kind() == Said.Kind.REASONING) {
                Object signature = Json.object("signature", SIGNATURE);
                delta(i, bodies, false, "reasoningContent", signature);
            }
            event("contentBlockStop", bodies, false, "contentBlockIndex", i);
        }
        if (said.failure() != null) {
            bodies.add(Body.event(errorEvent(said.failure().detail())));
        } else if (said.reason() != null) {
            event("messageStop", bodies, false, "stopReason", reason(said));
            event(
                    "metadata",
                    bodies,
                    false,
                    "usage",
                    usage(said.usage()),
                    "metrics",
                    Json.object("latencyMs", 1));
        }
        return bodies;
    }

    private static void delta(
            int index, List<Body> bodies, boolean content, String name, Object delta) {
        event(
                "contentBlockDelta",
                bodies,
                content,
                "contentBlockIndex",
                index,
                "delta",
                Json.object(name, delta));
    }

    private static void event(
            String type, List<Body> bodies, boolean content, @Nullable Object... members) {
        Map<String, @Nullable Object> payload = Json.object(members);
        payload.put("p", "abcdefghijklmnop".substring(0, 1 + bodies.size() % 16));
        Piece frame =
                AwsFrame.of(
                        Json.bytes(payload),
                        ":event-type",
                        type,
                        ":content-type",
                        "application/json",
                        ":message-type",
                        "event");
        bodies.add(new Body(frame, 1, content));
    }

    private static Map<String, @Nullable Object> usage(Usage usage) {
        return Json.object(
                "inputTokens",
                usage.inputTokens() - usage.cachedInputTokens() - usage.cacheWriteTokens(),
                "outputTokens",
                usage.outputTokens(),
                "totalTokens",
                usage.inputTokens() + usage.outputTokens(),
                "cacheReadInputTokens",
                usage.cachedInputTokens(),
                "cacheWriteInputTokens",
                usage.cacheWriteTokens());
    }

    private static String reason(Said said) {
        return switch (said.reason()) {
            case null -> "end_turn";
            case STOP, PAUSE, COMPACTION -> "end_turn";
            case STOP_SEQUENCE -> "stop_sequence";
            case LENGTH -> "max_tokens";
            case CONTEXT_FULL -> "model_context_window_exceeded";
            case TOOL_CALLS -> "tool_use";
            case CONTENT_FILTER -> "content_filtered";
            case OTHER -> "malformed_model_output";
        };
    }

    @Override
    public byte[] whole(List<StreamEvent> events, Question question) {
        Said said = Said.of(events);
        return Json.bytes(
                Json.object(
                        "output",
                        Json.object(
                                "message",
                                Json.object(
                                        "role",
                                        "assistant",
                                        "content",
                                        said.blocks().stream().map(Bedrock::block).toList())),
                        "stopReason",
                        reason(said),
                        "usage",
                        usage(said.usage()),
                        "metrics",
                        Json.object("latencyMs", 1)));
    }

    private static Map<String, @Nullable Object> block(Block block) {
        return switch (block.kind()) {
            case REASONING ->
                    Json.object(
                            "reasoningContent",
                            Json.object(
                                    "reasoningText",
                                    Json.object("text", block.whole(), "signature", SIGNATURE)));
            case TEXT, REFUSAL -> Json.object("text", block.whole());
            case TOOL_CALL ->
                    Json.object(
                            "toolUse",
                            Json.object(
                                    "toolUseId",
                                    block.id(),
                                    "name",
                                    block.name(),
                                    "input",
                                    new Json.Raw(block.whole())));
        };
    }

    @Override
    public byte[] error(Failure failure) {
        return Json.bytes(Json.object("message", failure.detail()));
    }

    @Override
    public List<Header> errorHeaders(Failure failure) {
        String type =
                switch (failure.status()) {
                    case 403 -> "AccessDeniedException";
                    case 404 -> "ResourceNotFoundException";
                    case 408 -> "ModelTimeoutException";
                    case 424 -> "ModelErrorException";
                    case 429 -> "ThrottlingException";
                    case 503 -> "ServiceUnavailableException";
                    default ->
                            failure.status() < 500
                                    ? "ValidationException"
                                    : "InternalServerException";
                };
        return List.of(new Header("x-amzn-errortype", type));
    }

    @Override
    public Piece errorEvent(String message) {
        return AwsFrame.of(
                Json.bytes(Json.object("message", message)),
                ":exception-type",
                "serviceUnavailableException",
                ":content-type",
                "application/json",
                ":message-type",
                "exception");
    }
}
