package dev.firsttoken.wire.dialect.gemini;

import dev.firsttoken.wire.dialect.AnswerHead;
import dev.firsttoken.wire.event.Citation;
import dev.firsttoken.wire.event.StreamEvent.Finish;
import dev.firsttoken.wire.event.StreamEvent.Reason;
import dev.firsttoken.wire.event.StreamEvent.Usage;
import dev.firsttoken.wire.json.JsonException;
import dev.firsttoken.wire.json.JsonWriter;
import dev.firsttoken.wire.json.RawJson;
import dev.firsttoken.wire.json.Utf8Buffer;
import dev.firsttoken.wire.message.Answer;
import dev.firsttoken.wire.message.Extras;
import dev.firsttoken.wire.message.Losses;
import dev.firsttoken.wire.message.Part;
import dev.firsttoken.wire.message.Source;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Writes a whole answer, and the pieces of it that a stream has too.
final class GeminiAnswerWriter {

    private static final Map<String, String> METADATA = new TreeMap<>(GeminiWords.METADATA);

    private GeminiAnswerWriter() {}

    static void write(AnswerHead head, Answer answer, Utf8Buffer out) {
        JsonWriter json = new JsonWriter(out).object();
        if (isBlocked(answer)) {
            json.member("promptFeedback", raw(answer.metadata(), GeminiWords.PROMPT_FEEDBACK));
        } else {
            json.array("candidates");
            for (Answer.Choice choice : answer.choices()) {
                candidate(choice, answer.metadata(), json);
            }
            json.endArray();
        }
        writeEnd(head, answer.usage(), json);
        json.endObject();
    }

    /// Whether the prompt was blocked, so that there is no candidate.
    private static boolean isBlocked(Answer answer) {
        return answer.metadata().containsKey(GeminiWords.PROMPT_FEEDBACK)
                && answer.choices().size() == 1
                && answer.choices().getFirst().parts().isEmpty();
    }

    private static void candidate(
            Answer.Choice choice, Map<String, String> metadata, JsonWriter json) {
        json.object().object("content").array("parts");
        var losses = new Losses(GeminiWords.DIALECT);
        var parts = new GeminiParts(json, losses, true, false);
        var citations = new ArrayList<Citation>();
        for (int i = 0; i < choice.parts().size(); i++) {
            Part part = choice.parts().get(i);
            if (part instanceof Part.Text text) {
                citations.addAll(text.citations());
            }
            parts.write(typed(part, metadata), "parts[" + i + "]", false);
        }
        json.endArray().member("role", "model").endObject();
        writeFinish(choice.finish(), choice.index() == 0 ? metadata : Map.of(), citations, json);
        if (choice.logProbs() != null) {
            GeminiLogProbs.write(choice.logProbs(), json);
        }
        json.endObject();
    }

    /// Sound in an answer has no type of its own in the model.
    private static Part typed(Part part, Map<String, String> metadata) {
        if (part instanceof Part.Audio audio && audio.source() instanceof Source.Inline source) {
            return new Part.Audio(
                    new Source.Inline(audioType(metadata), source.data()), null, null, Extras.NONE);
        }
        return part;
    }

    static String audioType(Map<String, String> metadata) {
        return word(metadata, GeminiWords.AUDIO_TYPE, "audio/wav");
    }

    /// Writes why a candidate ended and what is said of it beside its parts.
    ///
    /// @param metadata what is said of the answer, for the first candidate only
    static void writeFinish(
            Finish finish, Map<String, String> metadata, List<Citation> citations, JsonWriter out) {
        String word = GeminiWords.finishReason(finish);
        if (finish.reason() == Reason.CONTENT_FILTER) {
            word = word(metadata, GeminiWords.FINISH_REASON, word);
        }
        out.member("finishReason", word).member("index", finish.choice());
        METADATA.forEach((name, key) -> {
            if (!key.equals(GeminiWords.PROMPT_FEEDBACK)) {
                out.member(name, raw(metadata, key));
            }
        });
        var foreign = new ArrayList<Citation>();
        for (Citation citation : citations) {
            if (citation.url() != null && !citation.dialect().equals(GeminiWords.DIALECT)) {
                foreign.add(citation);
            }
        }
        if (!foreign.isEmpty()) {
            out.object("citationMetadata").array("citationSources");
            foreign.forEach(citation -> source(citation, out));
            out.endArray().endObject();
        }
    }

    /// Offsets are left out: they count bytes here, and the text may be gone.
    private static void source(Citation citation, JsonWriter out) {
        out.object().member("uri", citation.url()).member("title", citation.title()).endObject();
    }

    /// Writes what a response says of itself.
    static void writeEnd(AnswerHead head, @Nullable Usage usage, JsonWriter out) {
        if (usage != null) {
            out.name("usageMetadata");
            GeminiUsage.write(usage, out);
        }
        out.member("modelVersion", head.model());
        out.member("createTime", Instant.ofEpochSecond(head.createdSeconds()).toString());
        out.member("responseId", head.id());
    }

    static @Nullable RawJson raw(Map<String, String> metadata, String name) {
        String value = metadata.get(name);
        return value == null ? null : new RawJson(value).inOneLine();
    }

    private static String word(Map<String, String> metadata, String name, String otherwise) {
        String json = metadata.get(name);
        try {
            String word = json == null ? null : new RawJson(json).cursor().stringOrNull();
            return word == null ? otherwise : word;
        } catch (JsonException e) {
            return otherwise;
        }
    }
}
