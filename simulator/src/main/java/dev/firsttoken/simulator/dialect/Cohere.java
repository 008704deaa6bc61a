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

/// Cohere's chat, version 2. Contents and calls are numbered apart, the calls of a delta are an
/// object and those of a whole message a list, what is thought before calls is the plan for them,
/// and more tokens are seen than billed. A stream that breaks ends with `ERROR`, and so it has a
/// good end in every form but that word.
record Cohere() implements Dialect {

    /// What the provider puts around a conversation and bills nobody for.
    private static final long PREAMBLE_TOKENS = 495;

    private static final String ROUTE = "/v2/chat";
    private static final String DONE = "data: [DONE]\n\n";

    @Override
    public String title() {
        return "Cohere chat v2";
    }

    @Override
    public List<String> paths() {
        return List.of(ROUTE);
    }

    @Override
    public String streamType() {
        return "text/event-stream";
    }

    @Override
    public String requestIdHeader() {
        return "x-debug-trace-id";
    }

    @Override
    public Question read(Call call) {
        Node body = Node.ofBody(call.body());
        Conversation said = new Conversation();
        List<Node> messages = body.get("messages").items();
        if (messages.isEmpty()) {
            throw new IllegalArgumentException(
                    "invalid request: messages must be at least 1 message long");
        }
        for (Node message : messages) {
            String text = text(message.get("content"));
            said.message(text);
            for (Node part : message.get("content").items()) {
                if (part.get("image_url").exists()) {
                    said.shows(Question.mediaType(part.get("image_url").get("url").text()));
                }
            }
            switch (message.get("role").text()) {
                case "tool" -> {
                    said.result(message.get("tool_call_id").text(), text);
                }
                case "system", "user", "assistant" -> {
                    said.turn();
                    for (Node one : message.get("tool_calls").items()) {
                        if (!one.get("function").get("arguments").isText()) {
                            throw new IllegalArgumentException("tool_calls: arguments: no string");
                        }
                        said.calls(one.get("id").text());
                    }
                }
                default ->
                        throw new IllegalArgumentException(
                                "invalid request: role '"
                                        + message.get("role").quoted()
                                        + "' (expected: system, user, assistant or tool)");
            }
        }
        said.checkResults("messages");
        return said.question(
                body.get("model").text(),
                body.get("stream").isTrue(),
                true,
                body.get("tools").items().stream()
                        .map(tool -> tool.get("function").get("name").text())
                        .toList());
    }

    /// A string, or the text of all parts, among which a tool's may be documents.
    private static String text(Node content) {
        StringBuilder text = new StringBuilder(Chat.text(content));
        for (Node part : content.items()) {
            Node document = part.get("document").get("data");
            if (document.exists()) {
                text.append(document.only().quoted());
            }
        }
        return text.toString();
    }

    @Override
    public List<Body> stream(List<StreamEvent> events, Question question) {
        Said said = Said.of(events);
        List<Body> bodies = new ArrayList<>();
        start(said, bodies);
        int contents = 0;
        int calls = 0;
        for (Block block : said.blocks()) {
            if (block.kind() == Said.Kind.TOOL_CALL) {
                call(block, calls++, bodies);
            } else if (isPlan(block, said)) {
                for (String delta : block.deltas()) {
                    delta("tool-plan-delta", null, "tool_plan", delta, bodies, true);
                }
            } else {
                content(block, contents++, bodies);
            }
        }
        if (said.failure() != null) {
            bodies.add(Body.event(errorEvent(said.failure().detail())));
        } else if (said.reason() != null) {
            Object delta = Json.object("finish_reason", reason(said), "usage", usage(said.usage()));
            event("message-end", bodies, false, "delta", delta);
            bodies.add(Body.event(Piece.of(DONE)));
        }
        return bodies;
    }

    /// Whether a block of thinking is what the model plans to do with its tools.
    private static boolean isPlan(Block block, Said said) {
        return block.kind() == Said.Kind.REASONING
                && said.blocks().stream().anyMatch(one -> one.kind() == Said.Kind.TOOL_CALL);
    }

    private static void start(Said said, List<Body> bodies) {
        Object message =
                Json.object(
                        "role",
                        "assistant",
                        "content",
                        List.of(),
                        "tool_plan",
                        "",
                        "tool_calls",
                        List.of(),
                        "citations",
                        List.of());
        // The id comes before the type here, and nowhere else is one.
        Map<String, @Nullable Object> data =
                Json.object(
                        "id",
                        said.mark(),
                        "type",
                        "message-start",
                        "delta",
                        Json.object("message", message));
        bodies.add(new Body(Piece.of(framed("message-start", data)), 1, false));
    }

    private static void content(Block block, int index, List<Body> bodies) {
        String name = block.kind() == Said.Kind.REASONING ? "thinking" : "text";
        Object empty = Json.object("type", name, name, "");
        delta("content-start", index, "content", empty, bodies, false);
        for (String delta : block.deltas()) {
            delta("content-delta", index, "content", Json.object(name, delta), bodies, true);
        }
        event("content-end", bodies, false, "index", index);
    }

    private static void call(Block block, int index, List<Body> bodies) {
        delta("tool-call-start", index, "tool_calls", call(block, ""), bodies, true);
        for (String delta : block.deltas()) {
            Object arguments = Json.object("function", Json.object("arguments", delta));
            delta("tool-call-delta", index, "tool_calls", arguments, bodies, true);
        }
        event("tool-call-end", bodies, false, "index", index);
    }

    private static Map<String, @Nullable Object> call(Block block, String arguments) {
        return Json.object(
                "id",
                block.name() + "_" + block.id(),
                "type",
                "function",
                "function",
                Json.object("name", block.name(), "arguments", arguments));
    }

    /// An event about a piece of the message.
    private static void delta(
            String type,
            @Nullable Integer index,
            String member,
            Object value,
            List<Body> bodies,
            boolean content) {
        Object delta = Json.object("message", Json.object(member, value));
        if (index == null) {
            event(type, bodies, content, "delta", delta);
        } else {
            event(type, bodies, content, "index", index, "delta", delta);
        }
    }

    private static void event(
            String type, List<Body> bodies, boolean content, @Nullable Object... members) {
        Map<String, @Nullable Object> data = Json.object("type", type);
        data.putAll(Json.object(members));
        bodies.add(new Body(Piece.of(framed(type, data)), 1, content));
    }

    private static String framed(String type, Map<String, @Nullable Object> data) {
        return "event: " + type + "\ndata: " + Json.text(data) + "\n\n";
    }

    private static Map<String, @Nullable Object> usage(Usage usage) {
        Map<String, @Nullable Object> counts =
                Json.object(
                        "billed_units",
                        tokens(usage.inputTokens(), usage.outputTokens()),
                        "tokens",
                        tokens(usage.inputTokens() + PREAMBLE_TOKENS, usage.outputTokens() + 3));
        if (usage.cachedInputTokens() > 0) {
            counts.put("cached_tokens", usage.cachedInputTokens());
        }
        return counts;
    }

    private static Map<String, @Nullable Object> tokens(long input, long output) {
        return Json.object("input_tokens", input, "output_tokens", output);
    }

    /// There is no word for what was filtered, nor for a full context.
    private static String reason(Said said) {
        return switch (said.reason()) {
            case null -> "COMPLETE";
            case STOP, CONTENT_FILTER, PAUSE, COMPACTION, OTHER -> "COMPLETE";
            case STOP_SEQUENCE -> "STOP_SEQUENCE";
            case LENGTH, CONTEXT_FULL -> "MAX_TOKENS";
            case TOOL_CALLS -> "TOOL_CALL";
        };
    }

    @Override
    public byte[] whole(List<StreamEvent> events, Question question) {
        Said said = Said.of(events);
        StringBuilder plan = new StringBuilder();
        List<Object> contents = new ArrayList<>();
        List<Object> calls = new ArrayList<>();
        for (Block block : said.blocks()) {
            if (block.kind() == Said.Kind.TOOL_CALL) {
                calls.add(call(block, block.whole()));
            } else if (isPlan(block, said)) {
                plan.append(block.whole());
            } else {
                String name = block.kind() == Said.Kind.REASONING ? "thinking" : "text";
                contents.add(Json.object("type", name, name, block.whole()));
            }
        }
        Map<String, @Nullable Object> message = Json.object("role", "assistant");
        if (!contents.isEmpty()) {
            message.put("content", contents);
        }
        if (!plan.isEmpty()) {
            message.put("tool_plan", plan.toString());
        }
        if (!calls.isEmpty()) {
            message.put("tool_calls", calls);
        }
        return Json.bytes(
                Json.object(
                        "id",
                        said.mark(),
                        "message",
                        message,
                        "finish_reason",
                        reason(said),
                        "usage",
                        usage(said.usage())));
    }

    @Override
    public byte[] error(Failure failure) {
        return Json.bytes(Json.object("id", "sim", "message", failure.detail()));
    }

    @Override
    public Piece errorEvent(String message) {
        Object delta = Json.object("error", message, "finish_reason", "ERROR");
        Map<String, @Nullable Object> data = Json.object("type", "message-end", "delta", delta);
        return Piece.of(framed("message-end", data) + DONE);
    }
}
