package dev.firsttoken.wire.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.event.StreamEvent.BlockStop;
import dev.firsttoken.wire.event.StreamEvent.ReasoningDelta;
import dev.firsttoken.wire.event.StreamEvent.RefusalDelta;
import dev.firsttoken.wire.event.StreamEvent.TextDelta;
import dev.firsttoken.wire.event.StreamEvent.ToolCallDelta;
import dev.firsttoken.wire.json.JsonTree;
import dev.firsttoken.wire.json.Utf8Buffer;
import dev.firsttoken.wire.message.AnswerAssembler;
import dev.firsttoken.wire.message.Extras;
import dev.firsttoken.wire.message.Parameters;
import dev.firsttoken.wire.message.Request;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

/// What the tests of all dialects do with streams: find recorded ones, read them whole or cut, and
/// write them again.
public final class Streams {

    public static final AnswerHead HEAD = new AnswerHead("1", "m", 7);

    private Streams() {}

    /// A request that asks for a stream with token counts, and for nothing else.
    public static Request request() {
        return new Request(
                "m", true, true, List.of(), List.of(), null, null, new Parameters(), Extras.NONE);
    }

    /// Reads a stream to its end.
    ///
    /// @param cuts where to cut it, null to leave it whole
    public static List<StreamEvent> read(StreamReader reader, byte[] stream, Random cuts) {
        var events = new ArrayList<StreamEvent>();
        for (int at = 0; at < stream.length; ) {
            int to =
                    cuts == null
                            ? stream.length
                            : Math.min(stream.length, at + 1 + cuts.nextInt(60));
            reader.feed(stream, at, to, events::add);
            at = to;
        }
        reader.end(events::add);
        return events;
    }

    public static List<StreamEvent> read(ProviderCodec codec, byte[] stream) {
        return read(codec.streamReader(1 << 20), stream, null);
    }

    /// Whether a stream fails, be it by its own word or because a tool call in it breaks a rule:
    /// then what is written of it has to fail, too.
    public static boolean breaksARule(List<StreamEvent> events) {
        var assembler = new AnswerAssembler();
        events.forEach(assembler);
        return assembler.failure() != null;
    }

    public static byte[] write(ClientCodec codec, List<StreamEvent> events) {
        var out = new Utf8Buffer(4096);
        StreamWriter writer = codec.streamWriter(HEAD, request());
        events.forEach(event -> writer.write(event, out));
        writer.end(out);
        return out.toByteArray();
    }

    /// The events without what a dialect may spell in two ways: deltas of one block are joined, and
    /// a block that ends where it would have ended anyway does not say so.
    public static List<StreamEvent> normal(List<StreamEvent> events) {
        var normal = new ArrayList<StreamEvent>();
        for (StreamEvent event : events) {
            StreamEvent last = normal.isEmpty() ? null : normal.getLast();
            StreamEvent joined = last == null ? null : joined(last, event);
            if (joined != null) {
                normal.set(normal.size() - 1, joined);
            } else if (!(event instanceof BlockStop && last instanceof BlockStop)) {
                normal.add(event);
            }
        }
        return normal;
    }

    private static StreamEvent joined(StreamEvent a, StreamEvent b) {
        if (a instanceof TextDelta(int i, String x)
                && b instanceof TextDelta(int j, String y)
                && i == j) {
            return new TextDelta(i, x + y);
        }
        if (a instanceof ReasoningDelta(int i, String x)
                && b instanceof ReasoningDelta(int j, String y)
                && i == j) {
            return new ReasoningDelta(i, x + y);
        }
        if (a instanceof RefusalDelta(int i, String x)
                && b instanceof RefusalDelta(int j, String y)
                && i == j) {
            return new RefusalDelta(i, x + y);
        }
        if (a instanceof ToolCallDelta x
                && b instanceof ToolCallDelta y
                && x.choice() == y.choice()
                && x.call() == y.call()) {
            return new ToolCallDelta(
                    x.choice(), x.call(), x.id(), x.name(), x.arguments() + y.arguments());
        }
        return null;
    }

    /// The recorded streams beside the project that are text, by name.
    public static Map<String, byte[]> recordedTexts(RecordedText recording) {
        return recorded((path, recorded) -> {
            String stream = recording.stream(path, recorded);
            return stream == null ? null : stream.getBytes(UTF_8);
        });
    }

    /// Takes a recording of text apart.
    @FunctionalInterface
    public interface RecordedText {
        /// @return the stream's text, or null when it is none of this dialect
        String stream(String path, Map<String, Object> recording);
    }

    /// Takes a recording apart.
    @FunctionalInterface
    public interface Recording {
        /// @return the stream, or null when it is none of this dialect
        byte[] stream(String path, Map<String, Object> recording);
    }

    /// The recorded streams beside the project, by name; none if they are not there.
    public static Map<String, byte[]> recorded(Recording recording) {
        var streams = new TreeMap<String, byte[]>();
        Path corpora = corpora();
        if (corpora == null) {
            System.out.println(
                    "no recorded streams in ../shared/corpora: nothing tested with them");
            return streams;
        }
        try (Stream<Path> files = Files.walk(corpora)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".json")).sorted().toList()) {
                String path = corpora.relativize(file).toString();
                byte[] stream = recording.stream(path, JsonTree.object(Files.readAllBytes(file)));
                if (stream != null) {
                    streams.put(path, stream);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        System.out.println("tested with " + streams.size() + " recorded streams");
        return streams;
    }

    /// `../shared/corpora` of the project, wherever the tests run from.
    private static Path corpora() {
        for (Path up = Path.of("").toAbsolutePath(); up != null; up = up.getParent()) {
            Path candidate = up.resolve("../shared/corpora").normalize();
            if (Files.isDirectory(candidate)) {
                return candidate;
            }
        }
        return null;
    }
}
