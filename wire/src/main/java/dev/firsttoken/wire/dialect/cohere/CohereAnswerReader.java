package dev.firsttoken.wire.dialect.cohere;

import dev.firsttoken.wire.dialect.AnswerReading;
import dev.firsttoken.wire.event.Citation;
import dev.firsttoken.wire.event.InvalidRequestException;
import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.event.StreamEvent.BlockStop;
import dev.firsttoken.wire.event.StreamEvent.Cited;
import dev.firsttoken.wire.event.StreamEvent.ReasoningDelta;
import dev.firsttoken.wire.event.StreamEvent.Started;
import dev.firsttoken.wire.event.StreamEvent.TextDelta;
import dev.firsttoken.wire.event.StreamEvent.ToolCallDelta;
import dev.firsttoken.wire.json.JsonException;
import dev.firsttoken.wire.json.JsonFields;
import dev.firsttoken.wire.json.RawJson;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Reads a whole answer: its parts are told like those of a stream that come in one piece.
final class CohereAnswerReader {

    private CohereAnswerReader() {}

    static void read(byte[] body, Consumer<StreamEvent> events) {
        AnswerReading.read(body, CohereAnswerReader::answer, events);
    }

    private static void answer(JsonFields body, Consumer<StreamEvent> found)
            throws InvalidRequestException, JsonException {
        String id = body.string("id");
        found.accept(new Started(id == null ? "" : id, ""));
        JsonFields message = body.object("message");
        if (message == null) {
            throw new InvalidRequestException("missing (expected: an object)", "message");
        }
        reasoning(message.string("tool_plan"), found);
        for (JsonFields content : message.objects("content")) {
            String text = content.string("text");
            if (text != null && !text.isEmpty()) {
                found.accept(new TextDelta(0, text));
            }
            reasoning(content.string("thinking"), found);
        }
        for (JsonFields citation : message.objects("citations")) {
            Citation read = CohereCitations.read(citation.restAsObject());
            found.accept(new Cited(0, read));
        }
        int number = 0;
        for (JsonFields call : message.objects("tool_calls")) {
            JsonFields function = call.object("function");
            if (function == null) {
                throw new InvalidRequestException(
                        "missing (expected: an object)", call.path("function"));
            }
            String callId = call.string("id");
            String arguments = function.string("arguments");
            found.accept(
                    new ToolCallDelta(
                            0,
                            number++,
                            callId == null ? "" : callId,
                            function.needString("name"),
                            arguments == null ? "" : arguments));
            found.accept(new BlockStop(0));
        }
        RawJson usage = body.raw("usage");
        if (usage != null && usage.isObject()) {
            CohereUsage.read(usage, found);
        }
        found.accept(CohereWords.end(body.needString("finish_reason"), body.string("error")));
    }

    private static void reasoning(@Nullable String text, Consumer<StreamEvent> found) {
        if (text != null && !text.isEmpty()) {
            found.accept(new ReasoningDelta(0, text));
            found.accept(new BlockStop(0));
        }
    }
}
