package dev.firsttoken.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.firsttoken.wire.dialect.openai.ChatStreams;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

/// What the targets start from: texts written for the purpose, and recorded streams from
/// `../shared/corpora` where they are.
public final class Seeds {

    private static final int MAX_STREAM_BYTES = 4 * 1024;
    private static final int MAX_STREAMS = 30;
    private static final int MAX_CHUNKS = 120;

    private static final List<byte[]> STREAMS = recordedStreams();

    private Seeds() {}

    /// Texts as UTF-8.
    public static Stream<byte[]> of(String... texts) {
        return Stream.of(texts).map(text -> text.getBytes(UTF_8));
    }

    /// The shortest recorded chat completion streams: a fuzzer does more with short inputs.
    public static Stream<byte[]> streams() {
        return STREAMS.stream();
    }

    /// The data of the frames of these streams, one of each shape.
    public static Stream<byte[]> chunks() {
        var chunks = new ArrayList<byte[]>();
        Set<String> shapes = new LinkedHashSet<>();
        for (byte[] stream : STREAMS) {
            for (String line : new String(stream, UTF_8).split("\n")) {
                boolean object = line.startsWith("data: {");
                if (object && shapes.add(line.replaceAll("\"[^\"]*\"(?!:)|\\d+", ""))) {
                    chunks.add(line.substring("data: ".length()).strip().getBytes(UTF_8));
                }
            }
        }
        return chunks.stream().limit(MAX_CHUNKS);
    }

    /// A source of places to cut at, the same for the same input.
    public static Random cutsFor(byte[] input) {
        return new Random(Arrays.hashCode(input));
    }

    /// Bytes as characters, one to one.
    public static String shown(byte[] input) {
        return new String(input, ISO_8859_1);
    }

    private static List<byte[]> recordedStreams() {
        return ChatStreams.recorded().values().stream()
                .filter(stream -> stream.length <= MAX_STREAM_BYTES)
                .sorted(Comparator.comparingInt(stream -> stream.length))
                .limit(MAX_STREAMS)
                .toList();
    }
}
