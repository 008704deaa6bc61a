package dev.firsttoken.bench.jmh;

import dev.firsttoken.wire.dialect.simple.SimpleStreamWriter;
import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.json.Utf8Buffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// Writing the frames of `/chat/stream`. One operation is one event; the event object itself is
/// part of what is allocated.
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {"-Xmx512m", "-XX:+UseSerialGC", "-XX:+UseCompactObjectHeaders"})
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
public class EncodeBenchmark {

    private final List<String> words =
            List.of("token ", "stream", " said \"yes\"", "\n", "Grüße", "流れ", "😀", "🎉");
    private final Utf8Buffer out = new Utf8Buffer(4 * 1024);
    private int next;

    /// Text to a `/chat/stream` frame.
    @Benchmark
    public int simpleEncode() {
        next = next + 1 == words.size() ? 0 : next + 1;
        out.clear();
        SimpleStreamWriter.write(new StreamEvent.TextDelta(0, words.get(next)), out);
        return out.length();
    }
}
