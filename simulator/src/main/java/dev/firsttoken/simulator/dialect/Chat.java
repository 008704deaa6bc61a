package dev.firsttoken.simulator.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.firsttoken.simulator.answer.Piece;
import dev.firsttoken.simulator.answer.Step.Body;
import dev.firsttoken.wire.dialect.openai.ChatCompletionWriter;
import dev.firsttoken.wire.dialect.openai.ChatErrors;
import dev.firsttoken.wire.dialect.openai.ChatStreamWriter;
import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.json.Utf8Buffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// OpenAI's chat completions, and the vectors that the same models' makers have beside them.
record Chat() implements Dialect {

    /// The same in every chunk, so that an answer is the same bytes each time. 1 January 2026.
    static final long CREATED_SECONDS = 1_767_225_600;

    private static final String ROUTE = "/v1/chat/completions";
    private static final String EMBEDDINGS = "/v1/embeddings";

    @Override
    public String title() {
        return "OpenAI chat completions";
    }

    @Override
    public List<String> paths() {
        return List.of(ROUTE, EMBEDDINGS);
    }

    @Override
    public Question read(Call call) {
        Node body = Node.ofBody(call.body());
        Conversation said = new Conversation();
        for (Node message : body.get("messages").items()) {
            String text = text(message.get("content"));
            said.message(text);
            for (Node part : message.get("content").items()) {
                if (part.get("image_url").exists()) {
                    said.shows(Question.mediaType(part.get("image_url").get("url").text()));
                }
            }
            if (message.get("role").text().equals("tool")) {
                said.result(message.get("tool_call_id").text(), text);
            } else {
                said.turn();
                message.get("tool_calls").items().forEach(one -> said.calls(one.get("id").text()));
            }
        }
        said.checkResults("messages");
        return said.question(
                body.get("model").text(),
                body.get("stream").isTrue(),
                body.get("stream_options").get("include_usage").isTrue(),
                body.get("tools").items().stream()
                        .map(tool -> tool.get("function").get("name").text())
                        .filter(name -> !name.isEmpty())
                        .toList());
    }

    @Override
    public byte @Nullable [] aside(Call call) {
        return call.route().equals(EMBEDDINGS) ? Embeddings.answer(Node.ofBody(call.body())) : null;
    }

    /// A string, or the text of all parts.
    static String text(Node content) {
        if (content.isText()) {
            return content.text();
        }
        StringBuilder text = new StringBuilder();
        content.items().forEach(part -> text.append(part.get("text").text()));
        return text.toString();
    }

    @Override
    public List<Body> stream(List<StreamEvent> events, Question question) {
        ChatStreamWriter writer =
                new ChatStreamWriter(
                        id(events), question.model(), CREATED_SECONDS, question.usageWanted());
        Utf8Buffer buffer = new Utf8Buffer(512);
        List<Body> bodies = new ArrayList<>(events.size() + 3);
        for (StreamEvent event : events) {
            buffer.clear();
            writer.write(event, buffer);
            if (!buffer.isEmpty()) {
                bodies.add(new Body(Piece.of(buffer.toByteArray()), 1, event.isContent()));
            }
        }
        buffer.clear();
        writer.end(buffer);
        // The usage and the mark are two events in one go.
        for (String event : buffer.toString().split("(?<=\n\n)")) {
            if (!event.isEmpty()) {
                bodies.add(Body.event(Piece.of(event)));
            }
        }
        return bodies;
    }

    @Override
    public byte[] whole(List<StreamEvent> events, Question question) {
        Utf8Buffer buffer = new Utf8Buffer(512);
        ChatCompletionWriter.write(id(events), question.model(), CREATED_SECONDS, events, buffer);
        return buffer.toByteArray();
    }

    private static String id(List<StreamEvent> events) {
        return "chatcmpl-" + Said.of(events).mark();
    }

    @Override
    public byte[] error(Failure failure) {
        Utf8Buffer body = new Utf8Buffer(256);
        ChatErrors.write(failure, body);
        return body.toByteArray();
    }

    @Override
    public Piece errorEvent(String message) {
        String json =
                """
                {"error":{"message":"%s","type":"server_error","param":null,"code":"internal_error"}}\
                """
                        .formatted(message);
        return Piece.of(("data: " + json + "\n\n").getBytes(UTF_8));
    }
}
