package dev.firsttoken.wire.dialect.bedrock;

import dev.firsttoken.wire.event.StreamEvent.Finish;
import dev.firsttoken.wire.event.StreamEvent.Metadata;
import dev.firsttoken.wire.event.StreamEvent.Reason;
import dev.firsttoken.wire.event.StreamEvent.Usage;
import dev.firsttoken.wire.json.JsonWriter;
import dev.firsttoken.wire.json.RawJson;
import dev.firsttoken.wire.json.Utf8Buffer;
import dev.firsttoken.wire.message.Answer;
import dev.firsttoken.wire.message.Losses;
import dev.firsttoken.wire.message.Part;
import java.util.List;
import java.util.Map;

/// Writes a whole answer, and the pieces of it that a stream has too.
final class BedrockAnswerWriter {

    private BedrockAnswerWriter() {}

    static void write(Answer answer, Utf8Buffer out) {
        JsonWriter json = new JsonWriter(out).object();
        json.object("output").object("message").member("role", "assistant").array("content");
        Finish finish = new Finish(0, Reason.OTHER);
        if (!answer.choices().isEmpty()) {
            Answer.Choice first = answer.choices().getFirst();
            finish = first.finish();
            List<Part> parts = first.parts();
            var writer = new BedrockParts(json, new Losses(BedrockWords.DIALECT));
            for (int i = 0; i < parts.size(); i++) {
                writer.write(parts.get(i), "content[" + i + "]");
            }
        }
        json.endArray().endObject().endObject();
        json.member("stopReason", BedrockWords.stopReason(finish));
        String fields = answer.metadata().get(BedrockWords.MODEL_FIELDS);
        json.member("additionalModelResponseFields", fields == null ? null : new RawJson(fields));
        writeEnd(answer.usage() == null ? Usage.NONE : answer.usage(), answer.metadata(), json);
        json.endObject();
    }

    /// Writes what was counted and measured. Clients take it for granted that both are there: what
    /// nobody measured is 0.
    static void writeEnd(Usage usage, Map<String, String> metadata, JsonWriter out) {
        BedrockUsage.write(usage, out.name("usage"));
        String metrics = metadata.get(BedrockWords.METRICS);
        out.name("metrics").raw(new RawJson(metrics == null ? "{\"latencyMs\":0}" : metrics));
        BedrockWords.MEMBERS.forEach((member, name) -> {
            String value = metadata.get(name);
            out.member(member, value == null ? null : new RawJson(value));
        });
        String tier = metadata.get(Metadata.SERVICE_TIER);
        if (tier != null) {
            out.object("serviceTier").member("type", tier).endObject();
        }
    }
}
