package dev.firsttoken.gateway.recorded;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.firsttoken.simulator.Script;
import dev.firsttoken.simulator.Segmentation;
import dev.firsttoken.wire.dialect.openai.ChatStreamReader;
import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.json.JsonException;
import dev.firsttoken.wire.sse.SseDecoder;
import dev.firsttoken.wire.sse.SseFrame;
import dev.firsttoken.wire.sse.SseLimitException;
import io.netty.util.ResourceLeakDetector;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every recorded stream of the OpenAI chat family, relayed: what comes out is what went in,
/// however it was cut.
///
/// The rules of what may differ are here, and nowhere are there exceptions for single recordings.
class RecordedStreamsTest {

    private static final String PER_BYTE = "per-byte";
    private static final String DONE = "data: [DONE]\n\n";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Map<String, Segmentation> SEGMENTATIONS =
            new TreeMap<>(
                    Map.of(
                            "whole",
                            new Segmentation.WholeBody(),
                            "per-event",
                            new Segmentation.PerEvent(),
                            PER_BYTE,
                            new Segmentation.EveryByte(),
                            "random",
                            new Segmentation.Random(20_261)));

    private static List<Recording> recordings = List.of();
    private static Rig rig;
    private static RelayClient client;

    @BeforeAll
    static void start() throws IOException {
        List<Recording> recorded = Recordings.chat();
        if (recorded.isEmpty()) {
            System.out.println("NOTE: " + Recordings.missing());
        }
        recordings = recorded;
        rig = Rig.start();
        client = new RelayClient(rig.gatewayUrl());
        SEGMENTATIONS.forEach((name, segmentation) -> {
            for (Recording recording : recordings) {
                rig.simulator()
                        .script(
                                model(name, recording),
                                Script.sse(recording.body()).withSegmentation(segmentation));
            }
        });
    }

    @AfterAll
    static void stop() {
        client.close();
        rig.close();
    }

    static List<String> segmentations() {
        return List.copyOf(SEGMENTATIONS.keySet());
    }

    @ParameterizedTest
    @MethodSource("segmentations")
    void a_stream_is_relayed_byte_for_byte(String segmentation) throws Exception {
        compare(
                "verbatim",
                segmentation,
                recording -> {
                    byte[] got = client.complete(model(segmentation, recording), true);
                    return difference(marked(recording.text()), got);
                });
    }

    @ParameterizedTest
    @MethodSource("segmentations")
    void a_client_that_asks_for_no_usage_gets_all_but_the_usage_chunk(String segmentation)
            throws Exception {
        compare(
                "without usage",
                segmentation,
                recording -> {
                    byte[] got = client.complete(model(segmentation, recording), false);
                    return difference(marked(withoutUsage(recording.text())), got);
                });
    }

    @ParameterizedTest
    @MethodSource("segmentations")
    void the_simple_contract_has_the_same_content(String segmentation) throws Exception {
        compare(
                "/chat/stream",
                segmentation,
                recording -> {
                    String got = client.simple(model(segmentation, recording));
                    String read = readByUs(recording.body());
                    String parsed = readByJackson(recording.text());
                    String difference = difference(parsed, read);
                    return difference.isEmpty() ? difference(parsed, contentOf(got)) : difference;
                });
    }

    // ---- what is expected --------------------------------------------------------------------

    /// A finished answer that its provider did not mark gets the mark.
    private static String marked(String body) {
        return body.contains(DONE) ? body : body + DONE;
    }

    /// The stream without the events whose `choices` are empty and whose usage is not.
    private static String withoutUsage(String body) throws IOException {
        var kept = new StringBuilder();
        for (String event : body.split("(?<=\n\n)")) {
            JsonNode chunk = payload(event);
            boolean usageOnly =
                    chunk != null
                            && chunk.path("choices").isArray()
                            && chunk.path("choices").isEmpty()
                            && chunk.path("usage").isObject();
            if (!usageOnly) {
                kept.append(event);
            }
        }
        return kept.toString();
    }

    private static JsonNode payload(String event) throws IOException {
        String data = event.strip();
        if (!data.startsWith("data:") || data.endsWith("[DONE]")) {
            return null;
        }
        return JSON.readTree(data.substring("data:".length()));
    }

    private static String readByUs(byte[] body) throws SseLimitException {
        var text = new StringBuilder();
        var reader = new ChatStreamReader();
        SseDecoder.Sink sink =
                (SseFrame frame) -> {
                    try {
                        reader.read(
                                frame,
                                event -> {
                                    switch (event) {
                                        case StreamEvent.TextDelta(int choice, String said)
                                                when choice == 0 ->
                                                text.append(said);
                                        case StreamEvent.RefusalDelta(int choice, String said)
                                                when choice == 0 ->
                                                text.append(said);
                                        default -> {}
                                    }
                                });
                    } catch (JsonException e) {
                        throw new AssertionError(e);
                    }
                };
        var decoder = new SseDecoder(1 << 20, 1 << 20);
        decoder.feed(body, 0, body.length, sink);
        decoder.end(sink);
        return text.toString();
    }

    private static String readByJackson(String body) throws IOException {
        var text = new StringBuilder();
        for (String event : body.split("(?<=\n\n)")) {
            JsonNode chunk = payload(event);
            if (chunk == null) {
                continue;
            }
            for (JsonNode choice : chunk.path("choices")) {
                if (choice.path("index").asInt(0) == 0) {
                    append(choice.path("delta").path("content"), text);
                    append(choice.path("delta").path("refusal"), text);
                }
            }
        }
        return text.toString();
    }

    private static void append(JsonNode content, StringBuilder text) {
        if (content.isTextual()) {
            text.append(content.asText());
        }
        for (JsonNode part : content) {
            text.append(part.path("text").asText(""));
        }
    }

    /// What a client of `/chat/stream` has in the end, provided that every event is as promised.
    private static String contentOf(String body) throws IOException {
        if (!body.endsWith(DONE)) {
            return "no [DONE] at the end of: " + body;
        }
        var text = new StringBuilder();
        for (String event : body.substring(0, body.length() - DONE.length()).split("\n\n")) {
            if (event.isEmpty()) {
                continue;
            }
            JsonNode payload = payload(event);
            if (payload == null
                    || payload.size() != 1
                    || payload.path("content").asText("").isEmpty()) {
                return "unexpected event: " + event;
            }
            text.append(payload.path("content").asText());
        }
        return text.toString();
    }

    // ---- the comparison ----------------------------------------------------------------------

    /// Compares one recording, and says what is different or nothing.
    @FunctionalInterface
    private interface Comparison {
        String of(Recording recording) throws Exception;
    }

    private static void compare(String what, String segmentation, Comparison comparison)
            throws InterruptedException, ExecutionException {
        long began = System.nanoTime();
        var differences = new TreeMap<String, String>();
        ResourceLeakDetector.Level leaks = ResourceLeakDetector.getLevel();
        if (segmentation.equals(PER_BYTE)) {
            // Five million buffers, each with its stack traces, would take ten times as long.
            ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.SIMPLE);
        }
        try (var clients = Executors.newFixedThreadPool(4)) {
            var running = new TreeMap<String, Future<String>>();
            for (Recording recording : recordings) {
                Callable<String> one = () -> comparison.of(recording);
                running.put(recording.name(), clients.submit(one));
            }
            for (var entry : running.entrySet()) {
                String difference = entry.getValue().get();
                if (!difference.isEmpty()) {
                    differences.put(entry.getKey(), difference);
                }
            }
        } finally {
            ResourceLeakDetector.setLevel(leaks);
        }
        System.out.printf(
                "NOTE: %s, %s: %d recorded streams compared in %d ms%n",
                what,
                segmentation,
                recordings.size(),
                Duration.ofNanos(System.nanoTime() - began).toMillis());
        assertThat(differences).isEmpty();
    }

    /// Compares bytes as bytes, also where they are no text.
    private static String difference(String expected, byte[] got) {
        String wanted = new String(expected.getBytes(UTF_8), ISO_8859_1);
        return difference(wanted, new String(got, ISO_8859_1));
    }

    /// Where two texts part, with a little of both; empty when they do not.
    private static String difference(String expected, String got) {
        if (expected.equals(got)) {
            return "";
        }
        int at = 0;
        while (at < Math.min(expected.length(), got.length())
                && expected.charAt(at) == got.charAt(at)) {
            at++;
        }
        return "at %d expected <%s> got <%s>".formatted(at, around(expected, at), around(got, at));
    }

    private static String around(String text, int at) {
        return text.substring(Math.max(0, at - 40), Math.min(text.length(), at + 160));
    }

    private static String model(String segmentation, Recording recording) {
        return segmentation + ":" + recording.name();
    }
}
