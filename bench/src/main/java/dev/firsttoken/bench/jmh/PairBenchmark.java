package dev.firsttoken.bench.jmh;

import dev.firsttoken.wire.dialect.AnswerHead;
import dev.firsttoken.wire.dialect.ClientCodec;
import dev.firsttoken.wire.dialect.FrameReader;
import dev.firsttoken.wire.dialect.PassingCodec;
import dev.firsttoken.wire.dialect.ProviderCodec;
import dev.firsttoken.wire.dialect.StreamReader;
import dev.firsttoken.wire.dialect.StreamWriter;
import dev.firsttoken.wire.dialect.agui.AgUiCodec;
import dev.firsttoken.wire.dialect.anthropic.MessagesCodec;
import dev.firsttoken.wire.dialect.gemini.GeminiCodec;
import dev.firsttoken.wire.dialect.ollama.OllamaCodec;
import dev.firsttoken.wire.dialect.openai.ChatChunkScan;
import dev.firsttoken.wire.dialect.openai.ChatCodec;
import dev.firsttoken.wire.dialect.responses.ResponsesCodec;
import dev.firsttoken.wire.dialect.ui.UiCodec;
import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.event.StreamEvent.Finish;
import dev.firsttoken.wire.event.StreamEvent.Reason;
import dev.firsttoken.wire.event.StreamEvent.Started;
import dev.firsttoken.wire.event.StreamEvent.TextDelta;
import dev.firsttoken.wire.event.StreamEvent.Usage;
import dev.firsttoken.wire.json.JsonException;
import dev.firsttoken.wire.json.Utf8Buffer;
import dev.firsttoken.wire.message.Request;
import dev.firsttoken.wire.sse.SseDecoder;
import dev.firsttoken.wire.sse.SseFrame;
import dev.firsttoken.wire.sse.SseLimitException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// A whole stream from a provider's dialect to a client's, and the same stream passed on verbatim:
/// framing, a look at what the relay acts on, and the bytes copied.
///
/// One operation is one event of 1,000. What a translation costs beside the verbatim lane is the
/// ratio of two scores of the same `from` in one run; it holds on a machine that is not quiet, too,
/// as far as both were measured in the same noise.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {"-Xmx512m", "-XX:+UseSerialGC", "-XX:+UseCompactObjectHeaders"})
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
public class PairBenchmark {

    private static final int EVENTS = 1000;
    private static final int LIMIT = 1 << 20;
    private static final String VERBATIM = "verbatim";
    private static final AnswerHead HEAD = new AnswerHead("0123456789abcdef", "model", 1763800000);

    private static final Map<String, ProviderCodec> PROVIDERS =
            Map.of(
                    "chat", ChatCodec.INSTANCE,
                    "messages", MessagesCodec.INSTANCE,
                    "responses", ResponsesCodec.INSTANCE,
                    "gemini", GeminiCodec.INSTANCE,
                    "ollama", OllamaCodec.INSTANCE);

    private static final Map<String, ClientCodec> CLIENTS =
            Map.of(
                    "chat", ChatCodec.INSTANCE,
                    "messages", MessagesCodec.INSTANCE,
                    "responses", ResponsesCodec.INSTANCE,
                    "gemini", GeminiCodec.INSTANCE,
                    "ollama", OllamaCodec.INSTANCE,
                    "ui", UiCodec.INSTANCE,
                    "ag-ui", AgUiCodec.INSTANCE);

    /// What the provider speaks.
    @Param({"chat", "messages", "responses", "gemini", "ollama"})
    public String from = "chat";

    /// What the client speaks, or `verbatim`.
    @Param({VERBATIM, "chat", "messages", "responses", "gemini", "ollama", "ui", "ag-ui"})
    public String to = VERBATIM;

    private List<byte[]> stream = List.of();
    private final Utf8Buffer out = new Utf8Buffer(4 * 1024);

    /// Writes the provider's stream, a read for each event.
    @Setup
    public void load() {
        StreamWriter writer = client(from).streamWriter(HEAD, Request.NOTHING);
        var reads = new ArrayList<byte[]>(EVENTS);
        var read = new Utf8Buffer(1024);
        writer.write(new Started("1", "model"), read);
        for (int i = 0; i < EVENTS; i++) {
            writer.write(new TextDelta(0, ChatEvents.word(i)), read);
            if (i == EVENTS - 1) {
                writer.write(new Finish(0, Reason.STOP), read);
                writer.write(new Usage(10, 0, EVENTS, 0), read);
                writer.end(read);
            }
            reads.add(read.toByteArray());
            read.clear();
        }
        stream = List.copyOf(reads);
    }

    private static ClientCodec client(String dialect) {
        ClientCodec codec = CLIENTS.get(dialect);
        if (codec == null) {
            throw new IllegalArgumentException(dialect + " (expected: one of " + CLIENTS + ")");
        }
        return codec;
    }

    private ProviderCodec provider() {
        ProviderCodec codec = PROVIDERS.get(from);
        if (codec == null) {
            throw new IllegalArgumentException(from + " (expected: one of " + PROVIDERS + ")");
        }
        return codec;
    }

    /// The way of one event.
    @Benchmark
    @OperationsPerInvocation(EVENTS)
    public long event() throws SseLimitException {
        return to.equals(VERBATIM) ? verbatim() : translated();
    }

    private long translated() {
        StreamReader reader = provider().streamReader(LIMIT);
        StreamWriter writer = client(to).streamWriter(HEAD, Request.NOTHING);
        Consumer<StreamEvent> write = event -> writer.write(event, out);
        long bytes = 0;
        for (byte[] read : stream) {
            reader.feed(read, 0, read.length, write);
            bytes += out.length();
            out.clear();
        }
        reader.end(write);
        writer.end(out);
        if (!reader.isComplete()) {
            throw new IllegalStateException(from + ": the stream is not complete");
        }
        return bytes;
    }

    private long verbatim() throws SseLimitException {
        if (from.equals("chat")) {
            var scan = new ChatChunkScan();
            return framed(scan::look);
        }
        var seen = new Seen();
        if (provider() instanceof PassingCodec codec) {
            FrameReader<SseFrame> frames = codec.frameReader(LIMIT);
            if (frames != null) {
                return framed(frame -> frames.read(frame, seen));
            }
        }
        StreamReader lines = provider().streamReader(LIMIT);
        lines.watch((raw, start, end) -> out.put(raw, start, end));
        long bytes = 0;
        for (byte[] read : stream) {
            lines.feed(read, 0, read.length, seen);
            bytes += out.length();
            out.clear();
        }
        return bytes + seen.content;
    }

    /// Looks at a frame.
    private interface Look {
        void at(SseFrame frame) throws JsonException;
    }

    private long framed(Look look) throws SseLimitException {
        var decoder = new SseDecoder(LIMIT, LIMIT);
        SseDecoder.Sink sink =
                frame -> {
                    try {
                        look.at(frame);
                    } catch (JsonException e) {
                        // The mark of the end is not JSON.
                        return;
                    }
                };
        long bytes = 0;
        for (byte[] read : stream) {
            decoder.feed(read, 0, read.length, sink);
            out.put(read);
            bytes += out.length();
            out.clear();
        }
        return bytes;
    }

    /// What the relay wants to know of an event that it passes on as it is.
    private static final class Seen implements Consumer<StreamEvent> {
        private long content;

        @Override
        public void accept(StreamEvent event) {
            content += event.isContent() ? 1 : 0;
        }
    }
}
