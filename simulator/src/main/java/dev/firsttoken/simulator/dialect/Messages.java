package dev.firsttoken.simulator.dialect;

import dev.firsttoken.simulator.answer.Piece;
import dev.firsttoken.simulator.answer.Step.Body;
import dev.firsttoken.simulator.dialect.Said.Block;
import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.event.StreamEvent.Reason;
import dev.firsttoken.wire.event.StreamEvent.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Anthropic's Messages. Events have names, data is padded with blanks, a ping follows the start of
/// the first block, thinking is signed, and cached input is not counted as input.
record Messages() implements Dialect {

    /// What all thinking is signed with: characters that do not survive escaping or trimming.
    static final String SIGNATURE = "c2lt/dWxh+dGVkIHNpZ25hdHVyZQ==";

    private static final String ROUTE = "/v1/messages";
    private static final String COUNT = ROUTE + "/count_tokens";

    @Override
    public String title() {
        return "Anthropic Messages";
    }

    @Override
    public List<String> paths() {
        return List.of(ROUTE, COUNT);
    }

    @Override
    public String requestIdHeader() {
        return "request-id";
    }

    @Override
    public byte @Nullable [] aside(Call call) {
        if (!call.route().equals(COUNT)) {
            return null;
        }
        Question question = read(call);
        return Json.bytes(
                Json.object("input_tokens", 3 + (question.lastMessage().length() + 3) / 4));
    }

    @Override
    public Question read(Call call) {
        if (call.header("anthropic-version").isEmpty()) {
            throw new IllegalArgumentException("anthropic-version: header is required");
        }
        Node body = Node.ofBody(call.body());
        if (call.route().equals(ROUTE) && !body.get("max_tokens").isNumber()) {
            throw new IllegalArgumentException("max_tokens: Field required");
        }
        Conversation said = new Conversation();
        List<Node> messages = body.get("messages").items();
        if (messages.isEmpty()) {
            throw new IllegalArgumentException("messages: at least one message is required");
        }
        for (int i = 0; i < messages.size(); i++) {
            List<String> before = said.turn();
            said.message(Chat.text(messages.get(i).get("content")));
            boolean resultsMayCome = true;
            for (Node block : messages.get(i).get("content").items()) {
                String type = block.get("type").text();
                if (type.equals("tool_result") && !resultsMayCome) {
                    throw new IllegalArgumentException(
                            "messages." + i + ": `tool_result` blocks must come first");
                }
                resultsMayCome = type.equals("tool_result");
                switch (type) {
                    case "text" -> {
                        if (block.get("text").text().isEmpty()) {
                            throw new IllegalArgumentException(
                                    "messages." + i + ": text content blocks must be non-empty");
                        }
                    }
                    case "image" -> {
                        String media = block.get("source").get("media_type").text();
                        said.shows(media.isEmpty() ? "url" : media);
                        if (!media.isEmpty()) {
                            Question.checkBase64(block.get("source").get("data").text());
                        }
                    }
                    case "thinking" ->
                            Question.checkSignature(
                                    "messages." + i, block.get("signature"), SIGNATURE);
                    case "tool_use" -> said.calls(block.get("id").text());
                    case "tool_result" ->
                            said.result(
                                    block.get("tool_use_id").text(),
                                    Chat.text(block.get("content")));
                    case "" ->
                            throw new IllegalArgumentException("messages." + i + ": no block type");
                    default -> {}
                }
            }
            if (!before.isEmpty() && !said.hasResults()) {
                throw new IllegalArgumentException(
                        "messages." + i + ": `tool_use` ids without `tool_result`: " + before);
            }
            said.checkResults("messages." + i, before);
        }
        return said.question(
                body.get("model").text(),
                body.get("stream").isTrue(),
                true,
                body.get("tools").items().stream().map(tool -> tool.get("name").text()).toList());
    }

    @Override
    public List<Body> stream(List<StreamEvent> events, Question question) {
        Said said = Said.of(events);
        List<Body> bodies = new ArrayList<>();
        Map<String, @Nullable Object> message = message(said, question.model());
        message.put("content", List.of());
        message.put("stop_reason", null);
        message.put("usage", usage(said.usage(), 1));
        event("message_start", bodies, false, "message", message);
        for (int i = 0; i < said.blocks().size(); i++) {
            Block block = said.blocks().get(i);
            boolean call = block.kind() == Said.Kind.TOOL_CALL;
            event(
                    "content_block_start",
                    bodies,
                    call,
                    "index",
                    i,
                    "content_block",
                    block(block, false));
            if (i == 0) {
                event("ping", bodies, false);
            }
            if (call) {
                // The first piece of the arguments is always empty.
                delta(i, bodies, false, "input_json_delta", "partial_json", "");
            }
            for (String delta : block.deltas()) {
                switch (block.kind()) {
                    case REASONING -> delta(i, bodies, true, "thinking_delta", "thinking", delta);
                    case TEXT, REFUSAL -> delta(i, bodies, true, "text_delta", "text", delta);
                    case TOOL_CALL ->
                            delta(i, bodies, true, "input_json_delta", "partial_json", delta);
                }
            }
            if (block.kind() == Said.Kind.REASONING) {
                delta(i, bodies, false, "signature_delta", "signature", SIGNATURE);
            }
            event("content_block_stop", bodies, false, "index", i);
        }
        if (said.failure() != null) {
            bodies.add(Body.event(errorEvent(said.failure().detail())));
        } else if (said.reason() != null) {
            event(
                    "message_delta",
                    bodies,
                    false,
                    "delta",
                    Json.object("stop_reason", reason(said), "stop_sequence", stopSequence(said)),
                    "usage",
                    usage(said.usage(), said.usage().outputTokens()));
            event("message_stop", bodies, false);
        }
        return bodies;
    }

    private static void delta(
            int index, List<Body> bodies, boolean content, String type, String name, String text) {
        event(
                "content_block_delta",
                bodies,
                content,
                "index",
                index,
                "delta",
                Json.object("type", type, name, text));
    }

    private static void event(
            String type, List<Body> bodies, boolean content, @Nullable Object... members) {
        Map<String, @Nullable Object> data = Json.object("type", type);
        data.putAll(Json.object(members));
        String json = Json.text(data);
        String padding = " ".repeat(bodies.size() % 6);
        String padded = json.substring(0, json.length() - 1) + padding + "}";
        bodies.add(new Body(Piece.of("event: " + type + "\ndata: " + padded + "\n\n"), 1, content));
    }

    @Override
    public byte[] whole(List<StreamEvent> events, Question question) {
        Said said = Said.of(events);
        return Json.bytes(message(said, question.model()));
    }

    private static Map<String, @Nullable Object> message(Said said, String model) {
        return Json.object(
                "model",
                model,
                "id",
                "msg_" + said.mark(),
                "type",
                "message",
                "role",
                "assistant",
                "content",
                said.blocks().stream().map(block -> block(block, true)).toList(),
                "stop_reason",
                reason(said),
                "stop_sequence",
                stopSequence(said),
                "usage",
                usage(said.usage(), said.usage().outputTokens()));
    }

    private static Map<String, @Nullable Object> block(Block block, boolean whole) {
        String text = whole ? block.whole() : "";
        return switch (block.kind()) {
            case REASONING ->
                    Json.object(
                            "type",
                            "thinking",
                            "thinking",
                            text,
                            "signature",
                            whole ? SIGNATURE : "");
            case TEXT, REFUSAL -> Json.object("type", "text", "text", text);
            case TOOL_CALL ->
                    Json.object(
                            "type",
                            "tool_use",
                            "id",
                            "toolu_" + block.id(),
                            "name",
                            block.name(),
                            "input",
                            new Json.Raw(whole ? text : "{}"));
        };
    }

    private static Map<String, @Nullable Object> usage(Usage usage, long output) {
        return Json.object(
                "input_tokens",
                usage.inputTokens() - usage.cachedInputTokens() - usage.cacheWriteTokens(),
                "cache_creation_input_tokens",
                usage.cacheWriteTokens(),
                "cache_read_input_tokens",
                usage.cachedInputTokens(),
                "output_tokens",
                output,
                "service_tier",
                "standard");
    }

    private static @Nullable String stopSequence(Said said) {
        return said.reason() == Reason.STOP_SEQUENCE ? said.detail() : null;
    }

    private static @Nullable String reason(Said said) {
        return switch (said.reason()) {
            case null -> null;
            case STOP -> "end_turn";
            case STOP_SEQUENCE -> "stop_sequence";
            case LENGTH -> "max_tokens";
            case CONTEXT_FULL -> "model_context_window_exceeded";
            case TOOL_CALLS -> "tool_use";
            case CONTENT_FILTER -> "refusal";
            case PAUSE -> "pause_turn";
            case COMPACTION -> "compaction";
            case OTHER -> "other";
        };
    }

    @Override
    public byte[] error(Failure failure) {
        String type =
                switch (failure.status()) {
                    case 401 -> "authentication_error";
                    case 402 -> "billing_error";
                    case 403 -> "permission_error";
                    case 404 -> "not_found_error";
                    case 413 -> "request_too_large";
                    case 429 -> "rate_limit_error";
                    case 504 -> "timeout_error";
                    case 503, 529 -> "overloaded_error";
                    default -> failure.status() < 500 ? "invalid_request_error" : "api_error";
                };
        return Json.bytes(
                Json.object(
                        "type",
                        "error",
                        "error",
                        Json.object("type", type, "message", failure.detail()),
                        "request_id",
                        "req_sim"));
    }

    @Override
    public Piece errorEvent(String message) {
        return Piece.of(
                "event: error\ndata: "
                        + Json.text(
                                Json.object(
                                        "type",
                                        "error",
                                        "error",
                                        Json.object("type", "overloaded_error", "message", message),
                                        "request_id",
                                        "req_sim"))
                        + "\n\n");
    }
}
