package dev.firsttoken.bench.jmh;

import dev.firsttoken.wire.sse.SseDecoder;
import dev.firsttoken.wire.sse.SseLimitException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// The events that the benchmarks feed: chat completion chunks as a provider sends them, one array
/// of bytes an event.
final class ChatEvents {

    /// The words of a synthetic stream, in the proportions a JSON reader has to care about: plain
    /// text, an escape, two to four byte UTF-8, a surrogate pair as escapes.
    private static final List<String> WORDS =
            List.of(
                    "token ",
                    "stream",
                    " said \\\"yes\\\"",
                    "\\n",
                    "Grüße",
                    "流れ",
                    "😀",
                    "\\ud83d\\ude00");

    /// The same without JSON's escapes.
    private static final List<String> SPOKEN =
            List.of("token ", "stream", " said \"yes\"", "\n", "Grüße", "流れ", "😀", " and");

    private ChatEvents() {}

    /// One of the words in turn, as a model says them.
    static String word(int i) {
        return SPOKEN.get(i % SPOKEN.size());
    }

    /// @param source `synthetic`, or `recorded`
    static byte[][] from(String source) {
        return switch (source) {
            case "synthetic" -> synthetic();
            case "recorded" -> recorded(Path.of(System.getProperty("bench.recorded", "recorded")));
            default ->
                    throw new IllegalArgumentException(
                            "source: " + source + " (expected: synthetic or recorded)");
        };
    }

    /// 1,024 content events of about 240 bytes.
    private static byte[][] synthetic() {
        var events = new byte[1024][];
        for (int i = 0; i < events.length; i++) {
            String event =
                    "data: {\"id\":\"chatcmpl-B7sWcYfzQ0pYxkS1nTqVb2mE\",\"object\":\"chat.completion.chunk\","
                            + "\"created\":1763800000,\"model\":\"gpt-4o-2024-08-06\",\"service_tier\":\"default\","
                            + "\"choices\":[{\"index\":0,\"delta\":{\"content\":\""
                            + WORDS.get(i % WORDS.size())
                            + "\"},\"logprobs\":null,\"finish_reason\":null}]}\n\n";
            events[i] = event.getBytes(StandardCharsets.UTF_8);
        }
        return events;
    }

    /// All events of all recorded chat completion streams that did not fail, `[DONE]` left out:
    /// what is measured is the middle of a stream.
    private static byte[][] recorded(Path folder) {
        var events = new ArrayList<byte[]>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".json")).sorted().toList()) {
                byte[] body = body(Files.readString(file)).getBytes(StandardCharsets.UTF_8);
                var decoder = new SseDecoder(1 << 20, 1 << 20);
                decoder.feed(
                        body,
                        0,
                        body.length,
                        frame -> {
                            String data = frame.dataText();
                            if (data.startsWith("{") && !data.contains("\"error\"")) {
                                events.add(
                                        Arrays.copyOfRange(
                                                frame.rawArray(), frame.rawFrom(), frame.rawTo()));
                            }
                        });
            }
        } catch (IOException | SseLimitException e) {
            throw new UncheckedIOException(new IOException("recorded streams in " + folder, e));
        }
        if (events.isEmpty()) {
            throw new IllegalArgumentException(folder + ": no events (expected: recorded streams)");
        }
        return events.toArray(byte[][]::new);
    }

    private static String body(String recording) {
        try (JsonParser parser =
                new JsonFactory().createParser(ObjectReadContext.empty(), recording)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                boolean body = parser.currentName().equals("body");
                parser.nextToken();
                if (body) {
                    return parser.getString();
                }
                parser.skipChildren();
            }
        }
        return "";
    }
}
