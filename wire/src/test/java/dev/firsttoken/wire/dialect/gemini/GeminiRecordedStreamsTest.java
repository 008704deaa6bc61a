package dev.firsttoken.wire.dialect.gemini;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.firsttoken.wire.dialect.RecordedStreams;
import dev.firsttoken.wire.dialect.Streams;
import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.event.StreamEvent.BlockStop;
import dev.firsttoken.wire.event.StreamEvent.Failed;
import dev.firsttoken.wire.event.StreamEvent.Finish;
import dev.firsttoken.wire.event.StreamEvent.Signature;
import dev.firsttoken.wire.event.StreamEvent.Started;
import dev.firsttoken.wire.event.StreamEvent.ToolCallDelta;
import dev.firsttoken.wire.event.StreamEvent.Usage;
import dev.firsttoken.wire.message.Answer;
import dev.firsttoken.wire.message.AnswerAssembler;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Real streams, from ../shared/corpora beside the project.
class GeminiRecordedStreamsTest extends RecordedStreams {

    private static final GeminiCodec CODEC = GeminiCodec.INSTANCE;
    private static final Map<String, byte[]> STREAMS =
            Streams.recordedTexts(GeminiRecordedStreamsTest::stream);

    GeminiRecordedStreamsTest() {
        super(CODEC, STREAMS);
    }

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
    void aStreamThatWasCutIsNotComplete() {
        STREAMS.forEach((name, stream) -> {
            String text = new String(stream, UTF_8);
            byte[] cut = text.substring(0, text.indexOf("finishReason")).getBytes(UTF_8);
            assertThat(Streams.read(CODEC, cut).getLast()).as(name).isInstanceOf(Failed.class);
        });
    }

    @Override
    protected List<StreamEvent> content(List<StreamEvent> events) {
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
        return withoutEmptyArguments(joined);
    }

    @Override
    protected String plain(Answer answer) {
        return super.plain(answer).replaceAll("gemini_call_[^,]*", "?");
    }
}
