package dev.firsttoken.gateway;

import static dev.firsttoken.gateway.StreamEvents.events;
import static dev.firsttoken.gateway.StreamEvents.resume;
import static dev.firsttoken.gateway.StreamEvents.streamId;
import static org.assertj.core.api.Assertions.assertThat;

import dev.firsttoken.gateway.config.Config;
import dev.firsttoken.gateway.log.disk.MovableDisk;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A disk that is full or hangs: streams go on, and nobody is promised what cannot be kept.
class DiskTroubleTest {

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(50);

    @TempDir Path folder;

    private final MovableDisk disk = new MovableDisk();

    private Stage start(Duration patience) throws IOException {
        return Stage.on(
                disk::open,
                s -> {
                    s.eventLoops = 2;
                    s.keep = Duration.ofMinutes(10);
                    s.disk =
                            new Config.Disk(
                                    folder,
                                    Config.Durability.PROCESS,
                                    Duration.ofMinutes(10),
                                    1L << 30,
                                    patience);
                });
    }

    /// The same folder with a disk that has been repaired.
    private Stage restart() throws IOException {
        return Stage.start(s -> s.disk(folder));
    }

    @Test
    void aFullDiskStopsNoStreamAndIsHonestAfterARestart() throws Exception {
        String lost;
        String kept;
        try (var stage = start(LONG)) {
            try (var client = stage.connect()) {
                client.post("/chat/stream", Stage.simpleBody("sim/tokens-60+gap-10ms"));
                lost = streamId(client.readHead());
                var seen = StreamEvents.some(client, 5);
                disk.fill();
                seen.addAll(StreamEvents.some(client, 1000));
                assertThat(seen).hasSize(61);
                assertThat(seen.getLast()).contains("[DONE]");
                // While this process has it, it can be read.
                assertThat(events(resume(stage, lost, 0).body())).isEqualTo(seen);
            }
            HttpResponse<String> meanwhile = stage.simple("sim/tokens-5");
            assertThat(events(meanwhile.body())).hasSize(6);
            assertThat(resume(stage, streamId(meanwhile), 3).statusCode()).isEqualTo(200);
            assertThat(stage.metric("firsttoken_disk_lost_streams_total")).isEqualTo(2);
            assertThat(stage.metric("firsttoken_disk_failing")).isEqualTo(1);
            disk.empty();
            Stage.await("the disk takes streams again", () -> isKept(stage));
            assertThat(stage.metric("firsttoken_disk_failing")).isZero();
            kept = streamId(stage.simple("sim/tokens-5"));
        }
        try (var stage = restart()) {
            HttpResponse<String> refused = resume(stage, lost, 0);
            assertThat(refused.statusCode()).isEqualTo(410);
            assertThat(refused.body()).contains("stream_expired");
            assertThat(events(resume(stage, kept, 0).body())).hasSize(6);
        }
    }

    /// Whether a stream that begins now is kept.
    private static boolean isKept(Stage stage) throws Exception {
        double before = stage.metric("firsttoken_disk_lost_streams_total");
        stage.simple("sim/tokens-1");
        return stage.metric("firsttoken_disk_lost_streams_total") == before;
    }

    @Test
    void aDiskThatHangsHoldsNoStreamForLongerThanItMay() throws Exception {
        try (var stage = start(SHORT)) {
            stage.simple("sim/tokens-1");
            disk.hang();
            HttpResponse<String> made = stage.simple("sim/tokens-30+gap-5ms");
            assertThat(events(made.body())).hasSize(31);
            assertThat(resume(stage, streamId(made), 30).statusCode()).isEqualTo(200);
            assertThat(stage.metric("firsttoken_disk_lost_streams_total")).isEqualTo(1);
            assertThat(stage.metric("firsttoken_disk_failing")).isEqualTo(1);
            disk.goOn();
            Stage.await("the disk takes streams again", () -> isKept(stage));
        }
    }

    @Test
    void nothingIsShownBeforeTheDiskHasIt() throws Exception {
        try (var stage = start(LONG)) {
            disk.hang();
            try (var client = stage.connect()) {
                client.post("/chat/stream", Stage.simpleBody("sim/tokens-3"));
                String head = client.readHead();
                assertThat(head).startsWith("HTTP/1.1 200");
                Stage.await(
                        "events wait for the disk",
                        () -> stage.metric("firsttoken_disk_waiting_bytes") > 0);
                assertThat(client.available()).isZero();
                disk.goOn();
                assertThat(StreamEvents.some(client, 100)).hasSize(4);
            }
        }
    }

    @Test
    void aReaderWhoseEventsCannotBeReadIsCutOffAndNotToldOfAnEnd() throws Exception {
        try (var stage = start(LONG)) {
            String id = streamId(stage.simple("sim/tokens-100"));
            stage.awaitMetric(0, "firsttoken_log_bytes");
            disk.readsFail(true);
            try (var client = stage.connect()) {
                client.send("GET /v1/streams/" + id + " HTTP/1.1\r\nhost: test\r\n\r\n");
                assertThat(client.readToEnd()).doesNotContain("\r\n0\r\n");
            }
            disk.readsFail(false);
            assertThat(events(resume(stage, id, 0).body())).hasSize(101);
        }
    }
}
