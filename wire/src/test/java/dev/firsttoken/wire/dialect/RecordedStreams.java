package dev.firsttoken.wire.dialect;

import static java.util.Objects.requireNonNullElse;
import static org.assertj.core.api.Assertions.assertThat;

import dev.firsttoken.wire.dialect.anthropic.MessagesCodec;
import dev.firsttoken.wire.dialect.openai.ChatCodec;
import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.event.StreamEvent.BlockStop;
import dev.firsttoken.wire.event.StreamEvent.Failed;
import dev.firsttoken.wire.event.StreamEvent.Finish;
import dev.firsttoken.wire.event.StreamEvent.Metadata;
import dev.firsttoken.wire.event.StreamEvent.Started;
import dev.firsttoken.wire.event.StreamEvent.ToolCallDelta;
import dev.firsttoken.wire.event.StreamEvent.Usage;
import dev.firsttoken.wire.json.JsonTree;
import dev.firsttoken.wire.json.Utf8Buffer;
import dev.firsttoken.wire.message.Answer;
import dev.firsttoken.wire.message.AnswerAssembler;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// What holds for the recorded streams of every dialect that we speak in both directions: read,
/// cut, written, read again, folded, and told to clients of other dialects.
///
/// A dialect says what of a stream it may spell in two ways.
public abstract class RecordedStreams {

    private final ClientCodec writer;
    private final ProviderCodec reader;
    private final Map<String, byte[]> streams;

    protected <C extends ClientCodec & ProviderCodec> RecordedStreams(
            C codec, Map<String, byte[]> streams) {
        this.writer = codec;
        this.reader = codec;
        this.streams = streams;
    }

    /// The events of a stream, without those that are not written again.
    protected List<StreamEvent> told(byte[] stream) {
        return Streams.read(reader, stream);
    }

    /// What must survive when it is written and read again: who began and how many tokens it cost
    /// are not content, and blocks end by themselves.
    protected List<StreamEvent> content(List<StreamEvent> events) {
        var content = new ArrayList<>(events);
        content.removeIf(e ->
                e instanceof Started
                        || e instanceof Usage
                        || e instanceof Metadata(String name, _)
                                && name.equals(Metadata.SERVICE_TIER)
                        || e instanceof BlockStop);
        return Streams.normal(content);
    }

    /// A whole answer as text, without what its writer makes up.
    protected String plain(Answer answer) {
        return answer.choices().toString();
    }

    /// Holds a written stream to the rules of its dialect.
    protected void checkWritten(String name, byte[] written) {}

    @Test
    void cutsMakeNoDifference() {
        var random = new Random(51);
        streams.forEach((name, stream) ->
                assertThat(Streams.read(reader.streamReader(1 << 20), stream, random))
                        .as(name)
                        .isEqualTo(Streams.read(reader, stream)));
    }

    @Test
    void whatIsWrittenIsReadAsItWas() {
        streams.forEach((name, stream) -> {
            List<StreamEvent> events = told(stream);
            byte[] written = Streams.write(writer, events);
            List<StreamEvent> again = Streams.read(reader, written);
            if (!(events.getLast() instanceof Failed) && Streams.breaksARule(events)) {
                assertThat(again).as(name).last().isInstanceOf(Failed.class);
                return;
            }
            checkWritten(name, written);
            assertThat(content(again)).as(name).isEqualTo(content(events));
            assertThat(usage(again)).as(name).isEqualTo(usage(events));
        });
    }

    @Test
    void wholeAnswersSayWhatStreamsSay() {
        streams.forEach((name, stream) -> {
            var assembler = new AnswerAssembler();
            told(stream).forEach(assembler);
            if (!assembler.isComplete()) {
                return;
            }
            Answer answer = assembler.answer();
            var out = new Utf8Buffer(1024);
            writer.writeAnswer(Streams.HEAD, answer, Streams.request(), out);
            JsonTree.object(out.toByteArray());
            var again = new AnswerAssembler();
            reader.readAnswer(out.toByteArray(), again);
            assertThat(again.failure()).as(name).isNull();
            assertThat(plain(again.answer())).as(name).isEqualTo(plain(answer));
            // Some dialects cannot leave out what nobody counted.
            assertThat(requireNonNullElse(again.answer().usage(), Usage.NONE))
                    .as(name)
                    .isEqualTo(requireNonNullElse(answer.usage(), Usage.NONE));

            var told = new AnswerAssembler();
            answer.events(told);
            assertThat(told.answer()).as(name).isEqualTo(answer);
        });
    }

    @Test
    void clientsOfOtherDialectsGetTheTextsAndCalls() {
        streams.forEach((name, stream) -> {
            List<StreamEvent> events = told(stream);
            assertTold(name, ChatCodec.INSTANCE, ChatCodec.INSTANCE, events);
            assertTold(name, MessagesCodec.INSTANCE, MessagesCodec.INSTANCE, events);
        });
    }

    private static void assertTold(
            String name, ClientCodec client, ProviderCodec reader, List<StreamEvent> events) {
        List<StreamEvent> read = Streams.read(reader, Streams.write(client, events));
        if (Streams.breaksARule(events)) {
            assertThat(read).as(name).last().isInstanceOf(Failed.class);
            return;
        }
        assertThat(spoken(read)).as(name).isEqualTo(spoken(events));
        assertThat(reasons(read)).as(name).isEqualTo(reasons(events));
    }

    /// What can be read of an answer, in every dialect: pictures are in few. An object without
    /// members may be told as no text at all.
    private static List<StreamEvent> spoken(List<StreamEvent> events) {
        return withoutEmptyArguments(
                Streams.normal(
                        events.stream()
                                .filter(StreamEvent::isContent)
                                .filter(e -> !(e instanceof StreamEvent.Image))
                                .toList()));
    }

    /// Calls whose arguments are an object without members as if they had none.
    protected static List<StreamEvent> withoutEmptyArguments(List<StreamEvent> events) {
        return events.stream()
                .map(e ->
                        e instanceof ToolCallDelta(int i, int j, String id, String n, String a)
                                        && a.equals("{}")
                                ? new ToolCallDelta(i, j, id, n, "")
                                : e)
                .toList();
    }

    private static List<StreamEvent.Reason> reasons(List<StreamEvent> events) {
        return events.stream()
                .filter(Finish.class::isInstance)
                .map(event -> ((Finish) event).reason())
                .toList();
    }

    private static Usage usage(List<StreamEvent> events) {
        Usage last = Usage.NONE;
        for (StreamEvent event : events) {
            last = event instanceof Usage usage ? usage : last;
        }
        return last;
    }
}
