package dev.firsttoken.bench.jmh;

import dev.firsttoken.wire.dialect.openai.ChatChunkScan;
import dev.firsttoken.wire.dialect.openai.ChatStreamReader;
import dev.firsttoken.wire.dialect.simple.SimpleStreamWriter;
import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.json.JsonException;
import dev.firsttoken.wire.json.Utf8Buffer;
import dev.firsttoken.wire.sse.SseDecoder;
import dev.firsttoken.wire.sse.SseFrame;
import dev.firsttoken.wire.sse.SseLimitException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// One event of a running stream, from the bytes of one read to what is written for it.
///
/// One operation is one event, so `gc.alloc.rate.norm` is bytes allocated per event and the score
/// is events per second; `bytes` beside it is bytes read per second.
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {"-Xmx512m", "-XX:+UseSerialGC", "-XX:+UseCompactObjectHeaders"})
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
public class StreamBenchmark {

    private static final int LIMIT = 1 << 20;

    /// `synthetic`, or `recorded` with the folder of recordings in the property `bench.recorded`.
    @Param("synthetic")
    public String source = "synthetic";

    private byte[][] events = {};
    private int next;

    private final SseDecoder decoder = new SseDecoder(LIMIT, LIMIT);
    private final ChatChunkScan scan = new ChatChunkScan();
    private final ChatStreamReader reader = new ChatStreamReader();
    private final Utf8Buffer out = new Utf8Buffer(4 * 1024);

    private long dataBytes;
    private final SseDecoder.Sink count = this::count;
    private final SseDecoder.Sink look = this::look;
    private final SseDecoder.Sink translate = this::translate;
    private final Consumer<StreamEvent> write = this::write;

    /// How many bytes the operations read.
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    @State(Scope.Thread)
    public static class Volume {
        public long bytes;
    }

    /// Loads the events.
    @Setup
    public void load() {
        events = ChatEvents.from(source);
    }

    private byte[] next(Volume volume) {
        byte[] event = events[next];
        next = next + 1 == events.length ? 0 : next + 1;
        volume.bytes += event.length;
        return event;
    }

    /// Framing alone: where does an event begin and end, and where is its data.
    @Benchmark
    public long sseDecode(Volume volume) throws SseLimitException {
        byte[] event = next(volume);
        decoder.feed(event, 0, event.length, count);
        return dataBytes;
    }

    /// Framing when every event comes in two reads, so that it has to be kept and joined.
    @Benchmark
    public long sseDecodeCut(Volume volume) throws SseLimitException {
        byte[] event = next(volume);
        int half = event.length / 2;
        decoder.feed(event, 0, half, count);
        decoder.feed(event, half, event.length, count);
        return dataBytes;
    }

    /// The verbatim lane: framing, and a look for content, usage, finish and failure.
    @Benchmark
    public boolean verbatimScan(Volume volume) throws SseLimitException {
        byte[] event = next(volume);
        decoder.feed(event, 0, event.length, look);
        return scan.hasContent();
    }

    /// The translated lane, all of it: framing, reading as an event, writing as `/chat/stream`.
    @Benchmark
    public int translate(Volume volume) throws SseLimitException {
        byte[] event = next(volume);
        out.clear();
        decoder.feed(event, 0, event.length, translate);
        return out.length();
    }

    private void count(SseFrame frame) {
        dataBytes += frame.dataLength();
    }

    private void look(SseFrame frame) {
        try {
            scan.look(frame);
        } catch (JsonException e) {
            throw new IllegalStateException(e);
        }
    }

    private void translate(SseFrame frame) {
        try {
            reader.read(frame, write);
        } catch (JsonException e) {
            throw new IllegalStateException(e);
        }
    }

    private void write(StreamEvent event) {
        SimpleStreamWriter.write(event, out);
    }
}
