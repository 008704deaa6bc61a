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

/// OpenAI's Responses. Every event has its number, deltas of text have padding, and a broken stream
/// says `error` and then `response.failed`. Nothing is stored: `previous_response_id` is refused.
record Responses() implements Dialect {

    /// The only reasoning that can be brought back.
    static final String ENCRYPTED = "gAAAAsimulated/+encrypted==";

    private static final String ROUTE = "/v1/responses";

    @Override
    public String title() {
        return "OpenAI Responses";
    }

    @Override
    public List<String> routes() {
        return List.of("POST " + ROUTE);
    }

    @Override
    public boolean serves(String route) {
        return route.equals(ROUTE);
    }

    @Override
    public Lines lines() {
        return Lines.EVENT_STREAM;
    }

    @Override
    public String streamType() {
        return "text/event-stream; charset=utf-8";
    }

    @Override
    public Question read(Call call) {
        Node body = Node.ofBody(call.body());
        if (body.get("previous_response_id").exists()) {
            throw new IllegalArgumentException(
                    "previous_response_id: not found (the simulator stores nothing)");
        }
        List<String> images = new ArrayList<>();
        List<String> calls = new ArrayList<>();
        List<String> answered = new ArrayList<>();
        List<String> results = new ArrayList<>();
        String last = body.get("input").text();
        for (Node item : body.get("input").items()) {
            switch (item.get("type").text()) {
                case "function_call" -> {
                    if (!answered.isEmpty()) {
                        calls.clear();
                        answered.clear();
                        results.clear();
                    }
                    calls.add(item.get("call_id").text());
                }
                case "function_call_output" -> {
                    answered.add(item.get("call_id").text());
                    last = Chat.text(item.get("output"));
                    results.add(last);
                }
                case "reasoning" -> {
                    if (item.get("encrypted_content").exists()) {
                        Question.checkSignature("input", item.get("encrypted_content"), ENCRYPTED);
                    }
                }
                case "message", "" -> {
                    if (!answered.isEmpty() || !item.get("role").text().equals("assistant")) {
                        Question.checkResults("input", calls, answered);
                        calls.clear();
                        answered.clear();
                        results.clear();
                    }
                    last = Chat.text(item.get("content"));
                    images.clear();
                    for (Node part : item.get("content").items()) {
                        if (part.get("type").text().equals("input_image")) {
                            images.add(Question.mediaType(part.get("image_url").text()));
                        }
                    }
                }
                default -> {}
            }
        }
        Question.checkResults("input", calls, answered);
        return new Question(
                body.get("model").text(),
                body.get("stream").isTrue(),
                true,
                last,
                images,
                results,
                body.get("tools").items().stream()
                        .map(tool -> tool.get("name").text())
                        .filter(name -> !name.isEmpty())
                        .toList());
    }

    @Override
    public List<Body> stream(List<StreamEvent> events, Question question) {
        Said said = Said.of(events);
        Out out = new Out();
        Map<String, @Nullable Object> begun = response(said, question, "in_progress", List.of());
        out.event("response.created", false, "response", begun);
        out.event("response.in_progress", false, "response", begun);
        for (int i = 0; i < said.blocks().size(); i++) {
            item(said.blocks().get(i), i, said.mark(), out);
        }
        if (said.failure() != null) {
            out.bodies.addAll(broken(said.failure().detail(), out.bodies.size()));
        } else if (said.reason() != null) {
            String status = status(said);
            out.event(
                    "response." + status,
                    false,
                    "response",
                    response(said, question, status, items(said)));
        }
        return out.bodies;
    }

    private static final class Out {

        private final List<Body> bodies = new ArrayList<>();

        void event(String type, boolean content, @Nullable Object... members) {
            Map<String, @Nullable Object> data =
                    Json.object("type", type, "sequence_number", bodies.size());
            data.putAll(Json.object(members));
            bodies.add(new Body(Responses.event(type, data), 1, content));
        }
    }

    private static Piece event(String type, Map<String, @Nullable Object> data) {
        return Piece.of("event: " + type + "\ndata: " + Json.text(data) + "\n\n");
    }

    private static void item(Block block, int index, String mark, Out out) {
        boolean call = block.kind() == Said.Kind.TOOL_CALL;
        String id = itemId(block, index, mark);
        out.event(
                "response.output_item.added",
                call,
                "output_index",
                index,
                "item",
                item(block, id, false));
        switch (block.kind()) {
            case REASONING -> {
                part("response.reasoning_summary_part.added", id, index, "", block, out);
                for (String delta : block.deltas()) {
                    out.event(
                            "response.reasoning_summary_text.delta",
                            true,
                            "item_id",
                            id,
                            "output_index",
                            index,
                            "summary_index",
                            0,
                            "delta",
                            delta,
                            "obfuscation",
                            "aN8");
                }
                out.event(
                        "response.reasoning_summary_text.done",
                        false,
                        "item_id",
                        id,
                        "output_index",
                        index,
                        "summary_index",
                        0,
                        "text",
                        block.whole());
                part("response.reasoning_summary_part.done", id, index, block.whole(), block, out);
            }
            case TEXT, REFUSAL -> message(block, id, index, out);
            case TOOL_CALL -> {
                for (String delta : block.deltas()) {
                    out.event(
                            "response.function_call_arguments.delta",
                            true,
                            "item_id",
                            id,
                            "output_index",
                            index,
                            "delta",
                            delta,
                            "obfuscation",
                            "q");
                }
                out.event(
                        "response.function_call_arguments.done",
                        false,
                        "item_id",
                        id,
                        "output_index",
                        index,
                        "arguments",
                        block.whole());
            }
        }
        out.event(
                "response.output_item.done",
                false,
                "output_index",
                index,
                "item",
                item(block, id, true));
    }

    private static void message(Block block, String id, int index, Out out) {
        boolean text = block.kind() == Said.Kind.TEXT;
        String type = text ? "response.output_text." : "response.refusal.";
        part("response.content_part.added", id, index, "", block, out);
        for (String delta : block.deltas()) {
            Map<String, @Nullable Object> data = position(id, index);
            data.put("delta", delta);
            if (text) {
                data.put("logprobs", List.of());
                data.put("obfuscation", "Xk0pQ");
            }
            out.event(type + "delta", true, flat(data));
        }
        Map<String, @Nullable Object> data = position(id, index);
        data.put(text ? "text" : "refusal", block.whole());
        if (text) {
            data.put("logprobs", List.of());
        }
        out.event(type + "done", false, flat(data));
        part("response.content_part.done", id, index, block.whole(), block, out);
    }

    private static void part(String type, String id, int index, String text, Block block, Out out) {
        Map<String, @Nullable Object> data =
                block.kind() == Said.Kind.REASONING
                        ? Json.object("item_id", id, "output_index", index, "summary_index", 0)
                        : position(id, index);
        data.put("part", part(block, text));
        out.event(type, false, flat(data));
    }

    private static Map<String, @Nullable Object> position(String id, int index) {
        return Json.object("item_id", id, "output_index", index, "content_index", 0);
    }

    private static @Nullable Object[] flat(Map<String, @Nullable Object> members) {
        List<@Nullable Object> all = new ArrayList<>();
        members.forEach((name, value) -> {
            all.add(name);
            all.add(value);
        });
        return all.toArray();
    }

    private static Map<String, @Nullable Object> part(Block block, String text) {
        return switch (block.kind()) {
            case REASONING -> Json.object("type", "summary_text", "text", text);
            case REFUSAL -> Json.object("type", "refusal", "refusal", text);
            case TEXT, TOOL_CALL ->
                    Json.object(
                            "type",
                            "output_text",
                            "annotations",
                            List.of(),
                            "logprobs",
                            List.of(),
                            "text",
                            text);
        };
    }

    private static List<Map<String, @Nullable Object>> items(Said said) {
        List<Map<String, @Nullable Object>> items = new ArrayList<>();
        for (int i = 0; i < said.blocks().size(); i++) {
            Block block = said.blocks().get(i);
            items.add(item(block, itemId(block, i, said.mark()), true));
        }
        return items;
    }

    private static String itemId(Block block, int index, String mark) {
        String kind =
                switch (block.kind()) {
                    case REASONING -> "rs_";
                    case TEXT, REFUSAL -> "msg_";
                    case TOOL_CALL -> "fc_";
                };
        return kind + mark + index;
    }

    private static Map<String, @Nullable Object> item(Block block, String id, boolean done) {
        String status = done ? "completed" : "in_progress";
        List<Object> parts = done ? List.of(part(block, block.whole())) : List.of();
        return switch (block.kind()) {
            case REASONING ->
                    Json.object(
                            "id",
                            id,
                            "type",
                            "reasoning",
                            "summary",
                            parts,
                            "encrypted_content",
                            done ? ENCRYPTED : "");
            case TEXT, REFUSAL ->
                    Json.object(
                            "id",
                            id,
                            "type",
                            "message",
                            "status",
                            status,
                            "role",
                            "assistant",
                            "content",
                            parts);
            case TOOL_CALL ->
                    Json.object(
                            "id",
                            id,
                            "type",
                            "function_call",
                            "status",
                            status,
                            "arguments",
                            done ? block.whole() : "",
                            "call_id",
                            block.id(),
                            "name",
                            block.name());
        };
    }

    private static String status(Said said) {
        return incomplete(said) == null ? "completed" : "incomplete";
    }

    private static @Nullable String incomplete(Said said) {
        Reason reason = said.reason();
        if (reason == Reason.LENGTH || reason == Reason.CONTEXT_FULL) {
            return "max_output_tokens";
        }
        return reason == Reason.CONTENT_FILTER ? "content_filter" : null;
    }

    private static Map<String, @Nullable Object> response(
            Said said, Question question, String status, List<?> output) {
        boolean ended = !status.equals("in_progress");
        String incomplete = ended ? incomplete(said) : null;
        return Json.object(
                "id",
                "resp_" + said.mark(),
                "object",
                "response",
                "created_at",
                Chat.CREATED_SECONDS,
                "status",
                status,
                "background",
                false,
                "error",
                null,
                "incomplete_details",
                incomplete == null ? null : Json.object("reason", incomplete),
                "instructions",
                null,
                "max_output_tokens",
                null,
                "model",
                question.model(),
                "output",
                output,
                "parallel_tool_calls",
                true,
                "previous_response_id",
                null,
                "reasoning",
                Json.object("effort", null, "summary", null),
                "service_tier",
                "default",
                "store",
                false,
                "temperature",
                1,
                "text",
                Json.object("format", Json.object("type", "text")),
                "tool_choice",
                "auto",
                "tools",
                List.of(),
                "top_logprobs",
                0,
                "top_p",
                1,
                "truncation",
                "disabled",
                "usage",
                ended ? usage(said.usage()) : null,
                "metadata",
                Json.object());
    }

    private static Map<String, @Nullable Object> usage(Usage usage) {
        return Json.object(
                "input_tokens",
                usage.inputTokens(),
                "input_tokens_details",
                Json.object("cached_tokens", usage.cachedInputTokens()),
                "output_tokens",
                usage.outputTokens(),
                "output_tokens_details",
                Json.object("reasoning_tokens", usage.reasoningTokens()),
                "total_tokens",
                usage.inputTokens() + usage.outputTokens());
    }

    @Override
    public byte[] whole(List<StreamEvent> events, Question question) {
        Said said = Said.of(events);
        return Json.bytes(response(said, question, status(said), items(said)));
    }

    @Override
    public byte[] error(Failure failure) {
        return Dialects.CHAT.error(failure);
    }

    @Override
    public Piece errorEvent(String message) {
        StringBuilder both = new StringBuilder();
        broken(message, 2).forEach(body -> both.append(body.piece()));
        return Piece.of(both.toString());
    }

    private static List<Body> broken(String message, int number) {
        Map<String, @Nullable Object> error =
                Json.object("code", "server_error", "message", message);
        Map<String, @Nullable Object> nested =
                Json.object("type", "server_error", "code", "server_error", "message", message);
        nested.put("param", null);
        return List.of(
                Body.event(
                        event(
                                "error",
                                Json.object(
                                        "type",
                                        "error",
                                        "sequence_number",
                                        number,
                                        "error",
                                        nested))),
                Body.event(
                        event(
                                "response.failed",
                                Json.object(
                                        "type",
                                        "response.failed",
                                        "sequence_number",
                                        number + 1,
                                        "response",
                                        Json.object(
                                                "id",
                                                "resp_sim",
                                                "object",
                                                "response",
                                                "created_at",
                                                Chat.CREATED_SECONDS,
                                                "status",
                                                "failed",
                                                "error",
                                                error,
                                                "incomplete_details",
                                                null,
                                                "model",
                                                "sim",
                                                "output",
                                                List.of(),
                                                "usage",
                                                null)))));
    }
}
