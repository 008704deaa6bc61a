package dev.firsttoken.simulator.dialect;

import dev.firsttoken.simulator.answer.Piece;
import dev.firsttoken.simulator.answer.Step.Body;
import dev.firsttoken.simulator.dialect.Said.Block;
import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.event.StreamEvent.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Ollama's own chat. One object per line, calls whole and without ids, and a turn that calls tools
/// ends with `stop`.
record Ollama() implements Dialect {

    private static final String ROUTE = "/api/chat";

    @Override
    public String title() {
        return "Ollama";
    }

    @Override
    public List<String> paths() {
        return List.of(ROUTE);
    }

    @Override
    public Lines lines() {
        return Lines.JSON_LINES;
    }

    @Override
    public String streamType() {
        return "application/x-ndjson";
    }

    @Override
    public Question read(Call call) {
        Node body = Node.ofBody(call.body());
        Conversation said = new Conversation();
        for (Node message : body.get("messages").items()) {
            if (message.get("content").exists() && !message.get("content").isText()) {
                throw new IllegalArgumentException("messages: content is no string");
            }
            String text = message.get("content").text();
            said.message(text);
            message.get("images").items().forEach(image -> said.shows(mediaType(image.text())));
            if (message.get("role").text().equals("tool")) {
                // Nobody says of which call it is.
                said.result("", text);
            } else {
                said.turn();
            }
            for (Node one : message.get("tool_calls").items()) {
                if (one.get("function").get("arguments").isText()) {
                    throw new IllegalArgumentException("arguments: a string, not an object");
                }
            }
        }
        boolean stream = !body.get("stream").exists() || body.get("stream").isTrue();
        return said.question(
                body.get("model").text(),
                stream,
                true,
                body.get("tools").items().stream()
                        .map(tool -> tool.get("function").get("name").text())
                        .toList());
    }

    /// What the first characters of base64 tell of an image.
    private static String mediaType(String base64) {
        Question.checkBase64(base64);
        if (base64.startsWith("iVBORw0KGgo")) {
            return "image/png";
        }
        if (base64.startsWith("/9j/")) {
            return "image/jpeg";
        }
        if (base64.startsWith("R0lGOD")) {
            return "image/gif";
        }
        if (base64.startsWith("UklGR")) {
            return "image/webp";
        }
        throw new IllegalArgumentException("images: illegal base64 data or unknown format");
    }

    @Override
    public List<Body> stream(List<StreamEvent> events, Question question) {
        Said said = Said.of(events);
        List<Body> bodies = new ArrayList<>();
        for (Block block : said.blocks()) {
            if (block.kind() == Said.Kind.TOOL_CALL) {
                bodies.add(line(message("", "", List.of(call(block))), question, true));
                continue;
            }
            for (String delta : block.deltas()) {
                boolean thought = block.kind() == Said.Kind.REASONING;
                Map<String, @Nullable Object> message =
                        message(thought ? "" : delta, thought ? delta : "", List.of());
                bodies.add(line(message, question, true));
            }
        }
        if (said.failure() != null) {
            bodies.add(Body.event(errorEvent(said.failure().detail())));
        } else if (said.reason() != null) {
            Map<String, @Nullable Object> end = object(message("", "", List.of()), question);
            finish(said, end);
            bodies.add(Body.event(Piece.of(Json.text(end) + "\n")));
        }
        return bodies;
    }

    private static Body line(
            Map<String, @Nullable Object> message, Question question, boolean content) {
        Map<String, @Nullable Object> object = object(message, question);
        object.put("done", false);
        return new Body(Piece.of(Json.text(object) + "\n"), 1, content);
    }

    private static Map<String, @Nullable Object> object(
            Map<String, @Nullable Object> message, Question question) {
        return Json.object(
                "model",
                question.model(),
                "created_at",
                "2026-01-01T00:00:00.123456789Z",
                "message",
                message);
    }

    private static Map<String, @Nullable Object> message(
            String text, String thinking, List<?> calls) {
        Map<String, @Nullable Object> message = Json.object("role", "assistant", "content", text);
        if (!thinking.isEmpty()) {
            message.put("thinking", thinking);
        }
        if (!calls.isEmpty()) {
            message.put("tool_calls", calls);
        }
        return message;
    }

    private static Map<String, @Nullable Object> call(Block block) {
        return Json.object(
                "function",
                Json.object("name", block.name(), "arguments", new Json.Raw(block.whole())));
    }

    private static void finish(Said said, Map<String, @Nullable Object> end) {
        end.put("done", true);
        end.put("done_reason", reason(said));
        end.put("total_duration", 3_000_000L);
        end.put("load_duration", 1_000_000L);
        end.put("prompt_eval_count", said.usage().inputTokens());
        end.put("prompt_eval_duration", 1_000_000L);
        end.put("eval_count", said.usage().outputTokens());
        end.put("eval_duration", 1_000_000L);
    }

    private static String reason(Said said) {
        return said.reason() == Reason.LENGTH || said.reason() == Reason.CONTEXT_FULL
                ? "length"
                : "stop";
    }

    @Override
    public byte[] whole(List<StreamEvent> events, Question question) {
        Said said = Said.of(events);
        StringBuilder text = new StringBuilder();
        StringBuilder thinking = new StringBuilder();
        List<Object> calls = new ArrayList<>();
        for (Block block : said.blocks()) {
            switch (block.kind()) {
                case REASONING -> thinking.append(block.whole());
                case TEXT, REFUSAL -> text.append(block.whole());
                case TOOL_CALL -> calls.add(call(block));
            }
        }
        Map<String, @Nullable Object> answer =
                object(message(text.toString(), thinking.toString(), calls), question);
        finish(said, answer);
        return Json.bytes(answer);
    }

    @Override
    public byte[] error(Failure failure) {
        return Json.bytes(Json.object("error", failure.detail()));
    }

    @Override
    public Piece errorEvent(String message) {
        return Piece.of(Json.text(Json.object("error", message)) + "\n");
    }
}
