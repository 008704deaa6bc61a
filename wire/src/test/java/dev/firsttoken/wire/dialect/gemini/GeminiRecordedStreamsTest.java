package dev.firsttoken.wire.dialect.gemini;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.firsttoken.wire.dialect.ClientCodec;
import dev.firsttoken.wire.dialect.ProviderCodec;
import dev.firsttoken.wire.dialect.Streams;
import dev.firsttoken.wire.dialect.anthropic.MessagesCodec;
import dev.firsttoken.wire.dialect.openai.ChatCodec;
import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.event.StreamEvent.BlockStop;
import dev.firsttoken.wire.event.StreamEvent.Failed;
import dev.firsttoken.wire.event.StreamEvent.Finish;
import dev.firsttoken.wire.event.StreamEvent.Signature;
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

/// Real streams, from ../shared/corpora beside the project.
class GeminiRecordedStreamsTest {

    private static final GeminiCodec CODEC = GeminiCodec.INSTANCE;
    private static final Map<String, byte[]> STREAMS =
            Streams.recorded(GeminiRecordedStreamsTest::stream);

    private static String stream(String path, Map<String, Object> recording) {
        if (!path.startsWith("vercel-ai/google/google-google")
                || !(recording.get("chunks") instanceof List<?> list)) {
            return null;
        }
        var text = new StringBuilder();
        list.forEach(chunk -> text.append("data: ").append(chunk).append("\r\n\r\n"));
        return text.toString();
    }

    @Test
    void everyStreamIsReadWithoutAnError() {
        STREAMS.forEach((name, stream) -> {
            List<StreamEvent> events = Streams.read(CODEC, stream);
            assertThat(events).as(name).noneMatch(Failed.class::isInstance);
            assertThat(events).as(name).filteredOn(Finish.class::isInstance).hasSize(1);
            boolean signed = new String(stream, UTF_8).contains("thoughtSignature");
            assertThat(events.stream().anyMatch(Signature.class::isInstance))
                    .as(name)
                    .isEqualTo(signed);
        });
    }

    @Test
    void signaturesComeOutAsTheyCameIn() {
        STREAMS.forEach((name, stream) -> {
            String text = new String(stream, UTF_8);
            for (StreamEvent event : Streams.read(CODEC, stream)) {
                if (event instanceof Signature signature) {
                    assertThat(text).as(name).contains("\"" + signature.data() + "\"");
                }
            }
        });
    }

    @Test
    void argumentsInPiecesBecomeWhole() {
        STREAMS.forEach((name, stream) -> {
            if (name.contains("nested")) {
                var assembler = new AnswerAssembler();
                Streams.read(CODEC, stream).forEach(assembler);
                assertThat(assembler.failure()).isNull();
                String arguments = assembler.answer().choices().toString();
                assertThat(arguments)
                        .contains("{\"recipe\":{\"ingredients\":[{\"amount\":\"16 oz\"")
                        .contains("\"name\":\"Lasagna noodles\"}");
            }
        });
    }

    @Test
    void cutsMakeNoDifference() {
        var random = new Random(51);
        STREAMS.forEach((name, stream) ->
                assertThat(Streams.read(CODEC.streamReader(1 << 20), stream, random))
                        .as(name)
                        .isEqualTo(Streams.read(CODEC, stream)));
    }

    @Test
    void aStreamThatWasCutIsNotComplete() {
        STREAMS.forEach((name, stream) -> {
            String text = new String(stream, UTF_8);
            byte[] cut = text.substring(0, text.indexOf("finishReason")).getBytes(UTF_8);
            assertThat(Streams.read(CODEC, cut).getLast()).as(name).isInstanceOf(Failed.class);
        });
    }

    @Test
    void whatIsWrittenIsReadAsItWas() {
        STREAMS.forEach((name, stream) -> {
            List<StreamEvent> events = Streams.read(CODEC, stream);
            List<StreamEvent> again = Streams.read(CODEC, Streams.write(CODEC, events));
            assertThat(content(again)).as(name).isEqualTo(content(events));
            assertThat(usage(again)).as(name).isEqualTo(usage(events));
        });
    }

    @Test
    void wholeAnswersSayWhatStreamsSay() {
        STREAMS.forEach((name, stream) -> {
            var assembler = new AnswerAssembler();
            Streams.read(CODEC, stream).forEach(assembler);
            Answer answer = assembler.answer();
            var out = new Utf8Buffer(1024);
            CODEC.writeAnswer(Streams.HEAD, answer, Streams.request(), out);
            JsonTree.object(out.toByteArray());
            var again = new AnswerAssembler();
            CODEC.readAnswer(out.toByteArray(), again);
            assertThat(again.failure()).as(name).isNull();
            assertThat(withoutIds(again.answer())).as(name).isEqualTo(withoutIds(answer));
            assertThat(again.answer().usage()).as(name).isEqualTo(answer.usage());
        });
    }

    @Test
    void clientsOfOtherDialectsGetTheTextsAndCalls() {
        STREAMS.forEach((name, stream) -> {
            List<StreamEvent> events = Streams.read(CODEC, stream);
            same(name, events, ChatCodec.INSTANCE, ChatCodec.INSTANCE);
            same(name, events, MessagesCodec.INSTANCE, MessagesCodec.INSTANCE);
        });
    }

    private static void same(
            String name, List<StreamEvent> events, ClientCodec client, ProviderCodec reader) {
        List<StreamEvent> read = Streams.read(reader, Streams.write(client, events));
        assertThat(spoken(read)).as(name).isEqualTo(spoken(events));
        Finish finish =
                (Finish) events.stream().filter(Finish.class::isInstance).findFirst().orElseThrow();
        assertThat(read).as(name).contains(finish);
    }

    /// What can be read of an answer, in every dialect.
    private static List<StreamEvent> spoken(List<StreamEvent> events) {
        return Streams.normal(events.stream().filter(StreamEvent::isContent).toList());
    }

    private static List<StreamEvent> content(List<StreamEvent> events) {
        var content = new ArrayList<StreamEvent>();
        for (StreamEvent event : events) {
            if (event instanceof ToolCallDelta(int choice, int call, _, String tool, String a)) {
                // Without an id of its own it is called by that of its answer.
                content.add(new ToolCallDelta(choice, call, null, tool, a));
            } else if (!(event instanceof Started || event instanceof Usage)) {
                content.add(event);
            }
        }
        return joinedCalls(Streams.normal(content));
    }

    /// A call that came in pieces is signed at its start, one that came whole at its end.
    private static List<StreamEvent> joinedCalls(List<StreamEvent> events) {
        var joined = new ArrayList<StreamEvent>();
        for (StreamEvent event : events) {
            int last = joined.size() - 1;
            if (event instanceof ToolCallDelta(_, _, _, String tool, String arguments)
                    && tool == null
                    && joined.get(last) instanceof Signature
                    && joined.get(last - 1) instanceof ToolCallDelta start) {
                joined.set(
                        last - 1,
                        new ToolCallDelta(
                                start.choice(), start.call(), null, start.name(), arguments));
            } else if (!(event instanceof BlockStop)) {
                joined.add(event);
            }
        }
        return joined.stream()
                .map(e ->
                        e instanceof ToolCallDelta(int i, int j, _, String n, String a)
                                        && a.equals("{}")
                                ? new ToolCallDelta(i, j, null, n, "")
                                : e)
                .toList();
    }

    private static String withoutIds(Answer answer) {
        return answer.choices().toString().replaceAll("gemini_call_[^,]*", "?");
    }

    private static Usage usage(List<StreamEvent> events) {
        Usage last = Usage.NONE;
        for (StreamEvent event : events) {
            last = event instanceof Usage usage ? usage : last;
        }
        return last;
    }
}
