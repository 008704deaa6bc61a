package dev.firsttoken.wire.dialect.anthropic;

import dev.firsttoken.wire.dialect.AnswerHead;
import dev.firsttoken.wire.event.Citation;
import dev.firsttoken.wire.event.StreamEvent.Finish;
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
import org.jspecify.annotations.Nullable;

/// Writes a whole message, and the pieces of it that a stream has too.
final class MessagesAnswerWriter {

    private MessagesAnswerWriter() {}

    static void write(AnswerHead head, Answer answer, Utf8Buffer out) {
        JsonWriter json = new JsonWriter(out).object();
        writeHead(head, json);
        json.array("content");
        Finish finish = new Finish(0, Reason.OTHER);
        var losses = new Losses(MessagesWords.DIALECT);
        if (!answer.choices().isEmpty()) {
            Answer.Choice first = answer.choices().getFirst();
            finish = first.finish();
            List<Part> parts = first.parts();
            for (int i = 0; i < parts.size(); i++) {
                MessagesParts.write(parts.get(i), "content[" + i + "]", json, losses);
            }
        }
        json.endArray();
        writeEnd(finish, answer.metadata(), json);
        Usage usage = answer.usage() == null ? Usage.NONE : answer.usage();
        json.name("usage");
        MessagesUsage.write(usage, json);
        json.member("context_management", raw(answer.metadata(), MessagesWords.CONTEXT_MANAGEMENT));
        json.endObject();
    }

    static void writeHead(AnswerHead head, JsonWriter out) {
        out.member("id", "msg_" + head.id()).member("type", "message");
        out.member("role", "assistant").member("model", head.model());
    }

    /// Writes why the message ended.
    static void writeEnd(Finish finish, Map<String, String> metadata, JsonWriter out) {
        out.member("stop_reason", MessagesWords.stopReason(finish)).name("stop_sequence");
        String detail = finish.detail();
        if (finish.reason() == Reason.STOP_SEQUENCE && detail != null) {
            out.string(detail);
        } else {
            out.nothing();
        }
        out.member("stop_details", raw(metadata, MessagesWords.STOP_DETAILS));
        out.member("container", raw(metadata, MessagesWords.CONTAINER));
    }

    private static @Nullable RawJson raw(Map<String, String> metadata, String name) {
        String value = metadata.get(name);
        return value == null ? null : new RawJson(value).inOneLine();
    }

    /// A citation in this dialect's form: its own as it was, any other as a search result if it has
    /// an address, since the other forms count characters or pages of documents that were sent.
    static @Nullable RawJson citation(Citation citation) {
        if (citation.dialect().equals(MessagesWords.DIALECT)) {
            return new RawJson(citation.json());
        }
        if (citation.url() == null) {
            return null;
        }
        var out = new Utf8Buffer(128);
        JsonWriter json = new JsonWriter(out).object();
        json.member("type", "web_search_result_location");
        json.member("cited_text", citation.quote() == null ? "" : citation.quote());
        json.member("encrypted_index", "").member("title", citation.title());
        json.member("url", citation.url()).endObject();
        return new RawJson(out.toString());
    }
}
