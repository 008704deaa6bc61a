package dev.firsttoken.wire.dialect.bedrock;

import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.event.InvalidRequestException;
import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.event.StreamEvent.Failed;
import dev.firsttoken.wire.event.StreamEvent.Metadata;
import dev.firsttoken.wire.event.StreamEvent.Usage;
import dev.firsttoken.wire.json.JsonException;
import dev.firsttoken.wire.json.JsonFields;
import dev.firsttoken.wire.json.RawJson;
import dev.firsttoken.wire.message.Answer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.Consumer;

/// Reads a whole answer, whose blocks are those of a request's messages.
final class BedrockAnswerReader {

    private BedrockAnswerReader() {}

    static void read(byte[] body, Consumer<StreamEvent> events) {
        try {
            answer(JsonFields.ofBody(body)).events(events);
        } catch (InvalidRequestException e) {
            String at = e.field() == null ? "" : e.field() + " ";
            fail(at + e.getMessage(), events);
        } catch (JsonException e) {
            fail(String.valueOf(e.getMessage()), events);
        }
    }

    private static void fail(String detail, Consumer<StreamEvent> events) {
        String said = "the answer is not what the dialect allows: " + detail;
        events.accept(new Failed(Failure.of(Failure.Kind.INVALID, said)));
    }

    private static Answer answer(JsonFields body) throws InvalidRequestException, JsonException {
        JsonFields output = body.object("output");
        JsonFields message = output == null ? null : output.object("message");
        if (message == null) {
            throw new InvalidRequestException("missing (expected: a message)", "output");
        }
        var metadata = new LinkedHashMap<String, String>();
        JsonFields tier = body.object("serviceTier");
        String tierType = tier == null ? null : tier.string("type");
        if (tierType != null) {
            metadata.put(Metadata.SERVICE_TIER, tierType);
        }
        RawJson counts = body.raw("usage");
        Usage usage =
                counts == null || !counts.isObject() ? null : BedrockUsage.read(counts.cursor());
        String reason = body.needString("stopReason");
        RawJson fields = null;
        for (var rest : body.rest().entrySet()) {
            String name = BedrockWords.metadata(rest.getKey());
            if (name != null && rest.getValue().isObject()) {
                metadata.put(name, rest.getValue().text());
                fields = name.equals(BedrockWords.MODEL_FIELDS) ? rest.getValue() : fields;
            }
        }
        var choice =
                new Answer.Choice(
                        0,
                        BedrockPartReader.read(message.objects("content"), true),
                        null,
                        null,
                        BedrockWords.finish(reason, BedrockFrameReader.stopSequence(fields)));
        return new Answer("", "", 0, List.of(choice), usage, metadata);
    }
}
