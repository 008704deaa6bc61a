package dev.firsttoken.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import javax.management.JMException;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What an answer that has ended still holds while it can be read: its events, and nothing of the
/// request, the connection or the provider that it came from.
class EndedStreamsTest {

    private static final int STREAMS = 40;

    /// Who needed the others while the answer ran. A few may stay with what was closed a moment
    /// ago.
    private static final List<String> OF_THE_RUN =
            List.of(
                    "dev.firsttoken.gateway.relay.LiveStream",
                    "dev.firsttoken.gateway.relay.StreamClock",
                    "dev.firsttoken.gateway.relay.ClientReader",
                    "dev.firsttoken.gateway.downstream.ClientRequest",
                    "dev.firsttoken.wire.sse.SseDecoder",
                    "io.netty.channel.epoll.EpollSocketChannel");

    private static final int FEW = 8;

    @Test
    void inMemory() throws Exception {
        try (Stage stage = Stage.start(EndedStreamsTest::keep)) {
            holdsNothingOfTheRun(stage);
        }
    }

    @Test
    void onDisk(@TempDir Path folder) throws Exception {
        Stage.Change change =
                settings -> {
                    keep(settings);
                    settings.disk(folder);
                };
        try (Stage stage = Stage.start(change)) {
            holdsNothingOfTheRun(stage);
            assertThat(instances("dev.firsttoken.gateway.log.disk.LoggedStream"))
                    .as("streams that can still be read")
                    .isGreaterThanOrEqualTo(STREAMS);
            Stage.await(
                    "what was handed to the disk is let go",
                    () -> instances("dev.firsttoken.gateway.log.disk.Handover$Item") <= FEW);
        }
    }

    private static void keep(Settings settings) {
        settings.keep = Duration.ofMinutes(5);
    }

    private static void holdsNothingOfTheRun(Stage stage) throws Exception {
        List<Long> before = OF_THE_RUN.stream().map(EndedStreamsTest::instances).toList();
        for (int i = 0; i < STREAMS; i++) {
            boolean simple = i % 2 == 0;
            String model = i % 5 == 0 ? "sim/cut-after-3" : "sim/tokens-5";
            String body = simple ? Stage.simpleBody(model) : Stage.chatBody(model, true);
            try (RawClient client = stage.connect()) {
                client.post(simple ? "/chat/stream" : "/v1/chat/completions", body);
                client.readHead();
                client.readChunks();
            }
        }
        stage.awaitMetric(0, "firsttoken_open_streams");
        stage.awaitMetric(STREAMS, "firsttoken_kept_streams");
        for (int i = 0; i < OF_THE_RUN.size(); i++) {
            String name = OF_THE_RUN.get(i);
            long most = before.get(i) + FEW;
            Stage.await("few of " + name, () -> instances(name) <= most);
        }
    }

    /// How many of a class are on the heap and in use; collects garbage first.
    private static long instances(String className) {
        try {
            String histogram =
                    (String)
                            ManagementFactory.getPlatformMBeanServer()
                                    .invoke(
                                            new ObjectName(
                                                    "com.sun.management:type=DiagnosticCommand"),
                                            "gcClassHistogram",
                                            new Object[] {new String[0]},
                                            new String[] {String[].class.getName()});
            for (String line : histogram.split("\n")) {
                String[] columns = line.strip().split("\\s+");
                if (columns.length > 3 && columns[3].equals(className)) {
                    return Long.parseLong(columns[1]);
                }
            }
            return 0;
        } catch (JMException e) {
            throw new IllegalStateException(e);
        }
    }
}
