package dev.firsttoken.gateway;

import static dev.firsttoken.gateway.StreamEvents.events;
import static dev.firsttoken.gateway.StreamEvents.resume;
import static dev.firsttoken.gateway.StreamEvents.streamId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firsttoken.gateway.config.Config;
import dev.firsttoken.gateway.config.Config.OnDisconnect;
import dev.firsttoken.simulator.Simulator;
import dev.firsttoken.simulator.SimulatorOptions;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Streams in a folder: read after a restart, after their memory was given back, after a crash.
class DiskStreamsTest {

    private static final String SLOW = "sim/tokens-200+gap-10ms";

    @TempDir Path folder;

    private Simulator simulator;

    @BeforeEach
    void startSimulator() throws IOException {
        simulator = Simulator.start(SimulatorOptions.defaults());
    }

    @AfterEach
    void stopSimulator() {
        simulator.close();
    }

    private Stage start(Stage.Change more) throws IOException {
        return startOn(folder, more);
    }

    private Stage startOn(Path data, Stage.Change more) throws IOException {
        return Stage.before(
                simulator,
                s -> {
                    s.eventLoops = 2;
                    s.disk(data);
                    more.to(s);
                });
    }

    private static void nothing(Settings settings) {}

    /// What another process would find if this one were killed now.
    private Path asIfKilled() throws IOException {
        Path copy = folder.resolveSibling(folder.getFileName() + "-copy");
        Files.createDirectories(copy.resolve("shard-0"));
        try (var files = Files.list(folder.resolve("shard-0"))) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve("shard-0").resolve(file.getFileName()));
            }
        }
        return copy;
    }

    private static String body(String path, String model) {
        return path.equals("/chat/stream") ? Stage.simpleBody(model) : Stage.chatBody(model, true);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/chat/stream", "/v1/chat/completions"})
    void aFinishedStreamReadsBackAfterARestartByteForByte(String path) throws Exception {
        String id;
        String whole;
        try (var stage = start(DiskStreamsTest::nothing)) {
            HttpResponse<String> made = stage.send(stage.post(path, body(path, "sim/tokens-20")));
            id = streamId(made);
            whole = made.body();
        }
        try (var stage = start(DiskStreamsTest::nothing)) {
            List<String> all = events(whole);
            assertThat(resume(stage, id, 0).body()).isEqualTo(whole);
            for (int after = 0; after <= all.size(); after++) {
                HttpResponse<String> again = resume(stage, id, after);
                assertThat(again.statusCode()).isEqualTo(200);
                assertThat(events(again.body())).isEqualTo(all.subList(after, all.size()));
                assertThat(again.headers().firstValue("content-type").orElseThrow())
                        .startsWith("text/event-stream");
                assertThat(again.headers().firstValue("x-firsttoken-deployment"))
                        .hasValue("house/sim/tokens-20");
                assertThat(again.headers().firstValue("x-firsttoken-attempts")).hasValue("1");
            }
            HttpResponse<String> ahead = resume(stage, id, all.size() + 1);
            assertThat(ahead.statusCode()).isEqualTo(409);
            assertThat(ahead.body()).contains("cursor_ahead");
            assertThat(stage.get("/v1/streams/" + id + "?after=1&ids=true").body())
                    .startsWith("id: 2\ndata: ");
            assertThat(stage.metric("firsttoken_disk_recovery_seconds")).isPositive();
            assertThat(stage.metric("firsttoken_disk_segments")).isPositive();
        }
    }

    @Test
    void aStreamThatIsNotKeptInMemoryIsReadFromDisk() throws Exception {
        try (var stage = start(s -> s.keep = Duration.ZERO)) {
            HttpResponse<String> made = stage.stream("sim/tokens-300");
            assertThat(resume(stage, streamId(made), 0).body()).isEqualTo(made.body());
            stage.awaitMetric(0, "firsttoken_log_bytes");
        }
    }

    @Test
    void anAnswerOfManyMegabytesIsReadFromDiskInPieces() throws Exception {
        try (var stage = start(DiskStreamsTest::nothing)) {
            HttpResponse<String> made = stage.stream("sim/tokens-20000+gap-0ms");
            assertThat(made.body().length()).isGreaterThan(2_000_000);
            stage.awaitMetric(0, "firsttoken_log_bytes");
            HttpResponse<String> again = resume(stage, streamId(made), 0);
            assertThat(again.body().equals(made.body())).as("the same bytes").isTrue();
            stage.awaitMetric(0, "firsttoken_log_bytes");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/chat/stream", "/v1/chat/completions"})
    void aStreamThatACrashInterruptedKeepsWhatWasDeliveredAndSaysSo(String path) throws Exception {
        String id;
        List<String> seen;
        Path copy;
        try (var stage = start(DiskStreamsTest::nothing);
                var client = stage.connect()) {
            client.post(path, body(path, SLOW));
            id = streamId(client.readHead());
            seen = StreamEvents.some(client, 12);
            copy = asIfKilled();
        }
        try (var stage = startOn(copy, DiskStreamsTest::nothing)) {
            List<String> found = events(resume(stage, id, 0).body());
            assertThat(found.subList(0, 12)).isEqualTo(seen);
            int terminal = path.equals("/chat/stream") ? 2 : 1;
            String error = found.get(found.size() - terminal);
            if (path.equals("/chat/stream")) {
                assertThat(error).startsWith("data: {\"error\": \"the server stopped");
                assertThat(found.getLast()).isEqualTo("data: [DONE]");
            } else {
                assertThat(error).contains("\"code\":\"interrupted\"");
            }
            assertThat(found.stream().filter(e -> e.startsWith("data: {\"error\""))).hasSize(1);
            assertThat(events(resume(stage, id, 12).body()))
                    .isEqualTo(found.subList(12, found.size()));
            // Whoever has seen more than got to the disk has not seen our terminal.
            int content = found.size() - terminal;
            assertThat(resume(stage, id, content).statusCode()).isEqualTo(200);
            assertThat(resume(stage, id, content + 1).statusCode()).isEqualTo(409);
        }
        try (var stage = startOn(copy, DiskStreamsTest::nothing)) {
            // One terminal, however often it is started.
            assertThat(
                            events(resume(stage, id, 0).body()).stream()
                                    .filter(e -> e.startsWith("data: {\"error\"")))
                    .hasSize(1);
        }
    }

    @Test
    void afterARestartAStreamIsItsOwnersAndNobodyElses() throws Exception {
        String id;
        Stage.Change first =
                s -> {
                    s.key("me", "ft-mine");
                    s.key("you", "ft-yours");
                };
        // The names have changed places; the keys are what counts.
        Stage.Change second =
                s -> {
                    s.key("you", "ft-mine");
                    s.key("me", "ft-yours");
                };
        try (var stage = start(first)) {
            id =
                    streamId(
                            stage.send(
                                    stage.post("/chat/stream", Stage.simpleBody("sim/tokens-3"))
                                            .header("x-api-key", "ft-mine")));
        }
        try (var stage = start(second)) {
            assertThat(get(stage, id, "ft-mine").statusCode()).isEqualTo(200);
            HttpResponse<String> foreign = get(stage, id, "ft-yours");
            HttpResponse<String> unknown = get(stage, "st_00", "ft-yours");
            assertThat(foreign.statusCode()).isEqualTo(404);
            assertThat(foreign.body()).isEqualTo(unknown.body());
            assertThat(resume(stage, id, 0).statusCode()).isEqualTo(401);
        }
        try (var files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1))
                        .doesNotContain("ft-mine");
            }
        }
    }

    private static HttpResponse<String> get(Stage stage, String id, String key) throws Exception {
        return stage.send(stage.request("/v1/streams/" + id).header("x-api-key", key).GET());
    }

    @Test
    void whatTheClientOrItsOwnerWantsNowhereIsNowhere() throws Exception {
        String json = Stage.simpleBody("sim/tokens-3");
        String notStored = json.substring(0, json.length() - 1) + ",\"store\":false}";
        String byRequest;
        String byOwner;
        Stage.Change change =
                s -> {
                    s.keep = Duration.ofMinutes(1);
                    s.key("me", "ft-mine");
                    s.keyNotStored("shy", "ft-shy");
                };
        try (var stage = start(change)) {
            byRequest =
                    streamId(
                            stage.send(
                                    stage.post("/chat/stream", notStored)
                                            .header("x-api-key", "ft-mine")));
            byOwner =
                    streamId(
                            stage.send(
                                    stage.post("/chat/stream", json)
                                            .header("x-api-key", "ft-shy")));
            assertThat(get(stage, byRequest, "ft-mine").statusCode()).isEqualTo(200);
            assertThat(get(stage, byOwner, "ft-shy").statusCode()).isEqualTo(200);
        }
        try (var stage = start(change)) {
            assertThat(get(stage, byRequest, "ft-mine").statusCode()).isEqualTo(404);
            assertThat(get(stage, byOwner, "ft-shy").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void aStreamThatWasKeptLongEnoughIsGone() throws Exception {
        Stage.Change briefly =
                s ->
                        s.disk =
                                new Config.Disk(
                                        folder,
                                        Config.Durability.DISK,
                                        Duration.ofMillis(1500),
                                        1L << 30,
                                        Duration.ofSeconds(20));
        try (var stage = start(briefly)) {
            String id = streamId(stage.simple("sim/tokens-3"));
            assertThat(resume(stage, id, 0).statusCode()).isEqualTo(200);
            Stage.await("410", () -> isGone(stage, id));
        }
    }

    private static boolean isGone(Stage stage, String id) throws Exception {
        try {
            return resume(stage, id, 0).statusCode() == 410;
        } catch (IOException _) {
            // It went while it was being read, which cuts the answer off.
            return false;
        }
    }

    @Test
    void aSlowReaderOfARunningStreamIsServedFromDiskAndCatchesUp() throws Exception {
        try (var stage =
                start(s -> {
                    s.logBytes = 32 * 1024;
                    s.onDisconnect = OnDisconnect.DETACH;
                })) {
            String model = "sim/tokens-4000+gap-1ms";
            try (var first = stage.connect()) {
                first.post("/v1/chat/completions", Stage.chatBody(model, true));
                String id = streamId(first.readHead());
                List<String> seen = StreamEvents.some(first, 1500);
                // Memory holds little of those by now.
                try (var second = stage.connect()) {
                    second.send("GET /v1/streams/" + id + " HTTP/1.1\r\nhost: test\r\n\r\n");
                    assertThat(second.readHead()).startsWith("HTTP/1.1 200");
                    List<String> all = StreamEvents.some(second, 10_000);
                    seen.addAll(StreamEvents.some(first, 10_000));
                    assertThat(all).isEqualTo(seen);
                    assertThat(all.getLast()).contains("[DONE]");
                }
            }
        }
    }

    @Test
    void aSecondServerOnTheSameFolderIsRefused() throws Exception {
        try (var _ = start(DiskStreamsTest::nothing)) {
            assertThatThrownBy(() -> start(DiskStreamsTest::nothing).close())
                    .isInstanceOf(DataFolderException.class)
                    .hasMessageContaining(folder.toString())
                    .hasMessageContaining("process " + ProcessHandle.current().pid());
        }
        start(DiskStreamsTest::nothing).close();
    }

    @Test
    void deletingAStreamThatOnlyTheDiskKnowsIsNoError() throws Exception {
        String id;
        try (var stage = start(DiskStreamsTest::nothing)) {
            id = streamId(stage.simple("sim/tokens-3"));
        }
        try (var stage = start(DiskStreamsTest::nothing)) {
            assertThat(
                            stage.send(
                                            stage.request("/v1/streams/" + id)
                                                    .method("DELETE", BodyPublishers.noBody()))
                                    .statusCode())
                    .isEqualTo(204);
            assertThat(resume(stage, id, 0).statusCode()).isEqualTo(200);
        }
    }
}
