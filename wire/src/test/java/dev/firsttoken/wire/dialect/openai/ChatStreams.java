package dev.firsttoken.wire.dialect.openai;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.json.JsonException;
import dev.firsttoken.wire.json.JsonTree;
import dev.firsttoken.wire.sse.SseDecoder;
import dev.firsttoken.wire.sse.SseFrame;
import dev.firsttoken.wire.sse.SseLimitException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Streams of bytes, read by both readers of this dialect at once.
public final class ChatStreams {

    /// What came out of a stream.
    static final class Read {
        final ChatStreamReader reader = new ChatStreamReader();
        final ChatChunkScan scan = new ChatChunkScan();
        final List<StreamEvent> events = new ArrayList<>();

        /// Whether each frame had content, by the scan and by the events.
        final List<Boolean> contentSeen = new ArrayList<>();

        final List<Boolean> contentRead = new ArrayList<>();

        /// What was wrong with frames that are not JSON.
        final List<String> notJson = new ArrayList<>();

        private void frame(SseFrame frame) {
            int before = events.size();
            boolean failed = scan.hasError();
            String scanned = "";
            String read = "";
            try {
                scan.look(frame);
            } catch (JsonException e) {
                scanned = e.getMessage();
            }
            try {
                reader.read(frame, events::add);
            } catch (JsonException e) {
                read = e.getMessage();
            }
            if (failed) {
                return;
            }
            if (!scanned.equals(read)) {
                throw new AssertionError("scan: " + scanned + ", reader: " + read);
            }
            if (!read.isEmpty()) {
                notJson.add(read);
                return;
            }
            contentSeen.add(scan.hasContent());
            contentRead.add(
                    events.subList(before, events.size()).stream()
                            .anyMatch(StreamEvent::isContent));
        }

        String text() {
            var text = new StringBuilder();
            for (StreamEvent event : events) {
                if (event instanceof StreamEvent.TextDelta(int choice, String piece)
                        && choice == 0) {
                    text.append(piece);
                }
            }
            return text.toString();
        }

        /// The last token counts.
        StreamEvent.Usage usage() {
            StreamEvent.Usage last = null;
            for (StreamEvent event : events) {
                last = event instanceof StreamEvent.Usage usage ? usage : last;
            }
            return last;
        }
    }

    private ChatStreams() {}

    /// Reads a stream whole.
    static Read read(String stream) {
        return read(stream.getBytes(UTF_8), null);
    }

    /// Reads a stream whole, or cut at random.
    static Read read(byte[] stream, Random cuts) {
        var read = new Read();
        var decoder = new SseDecoder(1 << 20, 1 << 20);
        try {
            for (int at = 0; at < stream.length; ) {
                int to =
                        cuts == null
                                ? stream.length
                                : Math.min(stream.length, at + 1 + cuts.nextInt(50));
                decoder.feed(Arrays.copyOfRange(stream, at, to), 0, to - at, read::frame);
                at = to;
            }
        } catch (SseLimitException e) {
            throw new AssertionError(e);
        }
        decoder.end(read::frame);
        return read;
    }

    /// Frames of these JSON texts, without `[DONE]`.
    static String frames(List<String> chunks) {
        var stream = new StringBuilder();
        chunks.forEach(chunk -> stream.append("data: ").append(chunk).append("\n\n"));
        return stream.toString();
    }

    static Read readChunks(String... chunks) {
        return read(frames(List.of(chunks)));
    }

    /// The recorded chat completion streams beside the project, by name; none if they are not
    /// there.
    public static Map<String, byte[]> recorded() {
        Path corpora = corpora();
        var streams = new TreeMap<String, byte[]>();
        if (corpora == null) {
            return streams;
        }
        try (Stream<Path> files = Files.walk(corpora)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".json")).sorted().toList()) {
                String stream = stream(JsonTree.object(Files.readAllBytes(file)));
                if (stream != null) {
                    streams.put(corpora.relativize(file).toString(), stream.getBytes(UTF_8));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return streams;
    }

    private static String stream(Map<String, Object> recording) {
        if ("openai-chat".equals(recording.get("family"))) {
            return (String) recording.get("body");
        }
        if (recording.get("chunks") instanceof List<?> list
                && list.stream().anyMatch(c -> c.toString().contains("\"delta\":"))
                && list.stream().allMatch(c -> c.toString().contains("\"choices\""))) {
            return frames(list.stream().map(Object::toString).toList());
        }
        return null;
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
