package dev.firsttoken.wire.dialect.bedrock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firsttoken.wire.dialect.RecordedStreams;
import dev.firsttoken.wire.dialect.Streams;
import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.event.StreamEvent.Failed;
import dev.firsttoken.wire.event.StreamEvent.Finish;
import dev.firsttoken.wire.event.StreamEvent.Metadata;
import dev.firsttoken.wire.event.StreamEvent.Started;
import dev.firsttoken.wire.eventstream.EventStreamDecoder;
import dev.firsttoken.wire.eventstream.EventStreamException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Real streams, from ../shared/corpora beside the project, and one of everything.
class BedrockRecordedStreamsTest extends RecordedStreams {

    private static final BedrockCodec CODEC = BedrockCodec.INSTANCE;
    private static final Map<String, byte[]> STREAMS = streams();

    BedrockRecordedStreamsTest() {
        super(CODEC, STREAMS);
    }

    private static Map<String, byte[]> streams() {
        Map<String, byte[]> streams = new TreeMap<>(BedrockStreams.recorded());
        streams.put("written", BedrockStreamTest.WHOLE);
        return streams;
    }

    /// How long it took is written even when nobody said.
    @Override
    protected List<StreamEvent> content(List<StreamEvent> events) {
        return super.content(events).stream()
                .filter(e ->
                        !(e instanceof Metadata(String name, _)
                                && name.equals(BedrockWords.METRICS)))
                .toList();
    }

    @Test
    void everyStreamIsReadWithoutAnError() {
        STREAMS.forEach((name, stream) -> {
            List<StreamEvent> events = Streams.read(CODEC, stream);
            assertThat(events).as(name).noneMatch(Failed.class::isInstance);
            assertThat(events).as(name).first().isInstanceOf(Started.class);
            assertThat(events).as(name).filteredOn(Finish.class::isInstance).hasSize(1);
        });
    }

    @Test
    void aStreamThatWasCutIsNotComplete() {
        STREAMS.forEach((name, stream) -> {
            int stop = messageStop(stream);
            assertThat(Streams.read(CODEC, Arrays.copyOf(stream, stop - 1)))
                    .as(name)
                    .last()
                    .isInstanceOf(Failed.class);
            assertThat(Streams.read(CODEC, Arrays.copyOf(stream, stop)))
                    .as(name)
                    .noneMatch(Failed.class::isInstance);
        });
    }

    /// Where the message ends that says why the answer did.
    private static int messageStop(byte[] stream) {
        int[] end = {0};
        try {
            new EventStreamDecoder(1 << 20)
                    .feed(
                            stream,
                            0,
                            stream.length,
                            frame -> {
                                if ("messageStop"
                                        .equals(frame.header(BedrockMessages.EVENT_TYPE))) {
                                    end[0] = frame.rawTo();
                                }
                            });
        } catch (EventStreamException e) {
            throw new AssertionError(e);
        }
        return end[0];
    }
}
