package dev.firsttoken.simulator.dialect;

import dev.firsttoken.simulator.dialect.Said.Block;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One item of a response's output: a block of what is said, at its place.
///
/// @param mark what ids are made of
record ResponsesItem(Block block, int index, String mark) {

    /// The only reasoning that can be brought back.
    static final String ENCRYPTED = "gAAAAsimulated/+encrypted==";

    static List<ResponsesItem> of(Said said) {
        List<ResponsesItem> items = new ArrayList<>();
        for (Block block : said.blocks()) {
            items.add(new ResponsesItem(block, items.size(), said.mark()));
        }
        return items;
    }

    private String id() {
        String kind =
                switch (block.kind()) {
                    case REASONING -> "rs_";
                    case TEXT, REFUSAL -> "msg_";
                    case TOOL_CALL -> "fc_";
                };
        return kind + mark + index;
    }

    /// The item as it is in the end.
    Map<String, @Nullable Object> whole() {
        return object(true);
    }

    private Map<String, @Nullable Object> object(boolean done) {
        String status = done ? "completed" : "in_progress";
        List<Object> parts = done ? List.of(part(block.whole())) : List.of();
        return switch (block.kind()) {
            case REASONING ->
                    Json.object(
                            "id",
                            id(),
                            "type",
                            "reasoning",
                            "summary",
                            parts,
                            "encrypted_content",
                            done ? ENCRYPTED : "");
            case TEXT, REFUSAL ->
                    Json.object(
                            "id",
                            id(),
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
                            id(),
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

    private Map<String, @Nullable Object> part(String text) {
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

    /// Tells the item from its beginning to its end.
    void tell(ResponsesStream out) {
        boolean call = block.kind() == Said.Kind.TOOL_CALL;
        String event = "response.output_item.";
        out.event(event + "added", call, "output_index", index, "item", object(false));
        switch (block.kind()) {
            case REASONING ->
                    parts(
                            "response.reasoning_summary_part.",
                            "response.reasoning_summary_text.",
                            "text",
                            out);
            case TEXT -> parts("response.content_part.", "response.output_text.", "text", out);
            case REFUSAL -> parts("response.content_part.", "response.refusal.", "refusal", out);
            case TOOL_CALL -> arguments(out);
        }
        out.event(event + "done", false, "output_index", index, "item", object(true));
    }

    /// @param part what the events of the part begin with
    /// @param text what the events of its text begin with
    /// @param member the name of its text
    private void parts(String part, String text, String member, ResponsesStream out) {
        boolean said = block.kind() == Said.Kind.TEXT;
        out.event(part + "added", false, with("part", part("")));
        for (String delta : block.deltas()) {
            Map<String, @Nullable Object> data = with("delta", delta);
            if (said) {
                data.put("logprobs", List.of());
            }
            if (block.kind() != Said.Kind.REFUSAL) {
                data.put("obfuscation", said ? "Xk0pQ" : "aN8");
            }
            out.event(text + "delta", true, data);
        }
        Map<String, @Nullable Object> data = with(member, block.whole());
        if (said) {
            data.put("logprobs", List.of());
        }
        out.event(text + "done", false, data);
        out.event(part + "done", false, with("part", part(block.whole())));
    }

    private void arguments(ResponsesStream out) {
        String event = "response.function_call_arguments.";
        for (String delta : block.deltas()) {
            Map<String, @Nullable Object> data = with("delta", delta);
            data.put("obfuscation", "q");
            out.event(event + "delta", true, data);
        }
        out.event(event + "done", false, with("arguments", block.whole()));
    }

    /// Where it is, and something more.
    private Map<String, @Nullable Object> with(String member, Object value) {
        Map<String, @Nullable Object> data = Json.object("item_id", id(), "output_index", index);
        switch (block.kind()) {
            case REASONING -> data.put("summary_index", 0);
            case TEXT, REFUSAL -> data.put("content_index", 0);
            case TOOL_CALL -> {}
        }
        data.put(member, value);
        return data;
    }
}
