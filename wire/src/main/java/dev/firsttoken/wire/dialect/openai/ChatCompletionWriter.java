package dev.firsttoken.wire.dialect.openai;

import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.event.StreamEvent.Failed;
import dev.firsttoken.wire.event.StreamEvent.Finish;
import dev.firsttoken.wire.event.StreamEvent.Reason;
import dev.firsttoken.wire.event.StreamEvent.ReasoningDelta;
import dev.firsttoken.wire.event.StreamEvent.RefusalDelta;
import dev.firsttoken.wire.event.StreamEvent.Started;
import dev.firsttoken.wire.event.StreamEvent.TextDelta;
import dev.firsttoken.wire.event.StreamEvent.ToolCallDelta;
import dev.firsttoken.wire.event.StreamEvent.Unrecognized;
import dev.firsttoken.wire.event.StreamEvent.Usage;
import dev.firsttoken.wire.json.Utf8Buffer;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The answer to a chat request that did not ask for a stream: all events folded into one
/// `chat.completion` object.
public final class ChatCompletionWriter {

    private final SortedMap<Integer, Choice> choices = new TreeMap<>();
    private @Nullable Usage usage;

    private ChatCompletionWriter() {}

    /// Writes the object.
    ///
    /// @param events a whole stream: every choice with its [Finish], and no [Failed]
    /// @throws IllegalArgumentException if the stream failed or a choice did not end, since this
    ///   object has no way to say so
    public static void write(
            String id,
            String model,
            long createdSeconds,
            List<StreamEvent> events,
            Utf8Buffer out) {
        ChatCompletionWriter writer = new ChatCompletionWriter();
        for (StreamEvent event : events) {
            writer.add(event);
        }
        out.raw("{\"id\":").jsonString(id);
        out.raw(",\"object\":\"chat.completion\",\"created\":").number(createdSeconds);
        out.raw(",\"model\":").jsonString(model).raw(",\"choices\":[");
        String separator = "";
        for (var entry : writer.choices.entrySet()) {
            out.raw(separator).raw("{\"index\":").number(entry.getKey());
            entry.getValue().write(entry.getKey(), out);
            separator = ",";
        }
        out.raw("]");
        Usage total = writer.usage;
        if (total != null) {
            out.raw(",\"usage\":");
            ChatStreamWriter.writeUsage(total, out);
        }
        out.raw("}");
    }

    private void add(StreamEvent event) {
        switch (event) {
            case TextDelta delta -> choice(delta.choice()).text.append(delta.text());
            case ReasoningDelta delta -> choice(delta.choice()).reasoning.append(delta.text());
            case RefusalDelta delta -> choice(delta.choice()).refusal.append(delta.text());
            case ToolCallDelta delta ->
                    choice(delta.choice())
                            .calls
                            .computeIfAbsent(delta.call(), _ -> new Call())
                            .add(delta);
            case Finish finish -> choice(finish.choice()).reason = finish.reason();
            case Usage latest -> usage = latest;
            case Started _, Unrecognized _ -> {}
            case Failed failed ->
                    throw new IllegalArgumentException(
                            "events: failed with "
                                    + failed.failure().kind()
                                    + " (expected: a complete answer)");
        }
    }

    private Choice choice(int index) {
        return choices.computeIfAbsent(index, _ -> new Choice());
    }

    private static final class Choice {
        final StringBuilder text = new StringBuilder();
        final StringBuilder reasoning = new StringBuilder();
        final StringBuilder refusal = new StringBuilder();
        final SortedMap<Integer, Call> calls = new TreeMap<>();
        @Nullable Reason reason;

        void write(int index, Utf8Buffer out) {
            Reason ended = reason;
            if (ended == null) {
                throw new IllegalArgumentException(
                        "choice " + index + ": no finish (expected: a complete answer)");
            }
            boolean onlyOthers = text.isEmpty() && !(calls.isEmpty() && refusal.isEmpty());
            out.raw(",\"message\":{\"role\":\"assistant\",\"content\":");
            stringOrNull(onlyOthers ? null : text, out);
            if (!reasoning.isEmpty()) {
                out.raw(",\"reasoning_content\":").jsonString(reasoning.toString());
            }
            out.raw(",\"refusal\":");
            stringOrNull(refusal.isEmpty() ? null : refusal, out);
            if (!calls.isEmpty()) {
                out.raw(",\"tool_calls\":[");
                String separator = "";
                for (Call call : calls.values()) {
                    out.raw(separator);
                    call.write(out);
                    separator = ",";
                }
                out.raw("]");
            }
            out.raw("},\"logprobs\":null,\"finish_reason\":\"");
            out.raw(ChatStreamWriter.word(ended)).raw("\"}");
        }

        private static void stringOrNull(@Nullable StringBuilder text, Utf8Buffer out) {
            if (text == null) {
                out.raw("null");
            } else {
                out.jsonString(text.toString());
            }
        }
    }

    private static final class Call {
        String id = "";
        String name = "";
        final StringBuilder arguments = new StringBuilder();

        void add(ToolCallDelta delta) {
            String givenId = delta.id();
            String givenName = delta.name();
            id = givenId == null ? id : givenId;
            name = givenName == null ? name : givenName;
            arguments.append(delta.arguments());
        }

        void write(Utf8Buffer out) {
            out.raw("{\"id\":")
                    .jsonString(id)
                    .raw(",\"type\":\"function\",\"function\":{\"name\":");
            out.jsonString(name).raw(",\"arguments\":").jsonString(arguments.toString()).raw("}}");
        }
    }
}
