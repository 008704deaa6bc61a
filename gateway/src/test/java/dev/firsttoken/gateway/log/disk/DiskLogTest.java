package dev.firsttoken.gateway.log.disk;

import static dev.firsttoken.gateway.log.disk.Logs.append;
import static dev.firsttoken.gateway.log.disk.Logs.awaitAcknowledged;
import static dev.firsttoken.gateway.log.disk.Logs.awaitFinished;
import static dev.firsttoken.gateway.log.disk.Logs.awaitNothingQueued;
import static dev.firsttoken.gateway.log.disk.Logs.event;
import static dev.firsttoken.gateway.log.disk.Logs.read;
import static dev.firsttoken.gateway.log.disk.Logs.small;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firsttoken.gateway.log.disk.DiskLogSettings.Level;
import dev.firsttoken.gateway.log.disk.StoredStream.State;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DiskLogTest {

    @TempDir Path folder;

    @ParameterizedTest
    @EnumSource(Level.class)
    void finishedStreamReadsBackByteForByteBeforeAndAfterARestart(Level level) throws Exception {
        byte[] meta = {1, 2, 3, -1};
        try (var log = DiskLog.open(folder, small(level))) {
            DiskStream stream = log.begin("s-1", meta);
            for (int seq = 1; seq <= 50; seq++) {
                assertThat(append(stream, seq, event("s-1", seq, seq * 7))).isTrue();
            }
            assertThat(stream.finish()).isTrue();
            awaitFinished(log, "s-1");
            check(log, meta);
        }
        try (var log = DiskLog.open(folder, small(level))) {
            check(log, meta);
            assertThat(log.unfinished()).isEmpty();
            assertThat(log.counters().damagedStreams()).isZero();
            assertThat(log.counters().truncatedBytes()).isZero();
            assertThat(log.counters().recoveredBytes()).isPositive();
        }
    }

    private static void check(DiskLog log, byte[] meta) throws IOException {
        StoredStream found = log.find("s-1").orElseThrow();
        assertThat(found.meta()).isEqualTo(meta);
        assertThat(found.isFinished()).isTrue();
        assertThat(found.lastSeq()).isEqualTo(50);
        assertThat(found.bytes()).isEqualTo(7 * 50 * 51 / 2);
        assertThat(found.endedAt()).isAfterOrEqualTo(found.createdAt());
        List<byte[]> events = read(log, "s-1", 0);
        for (int seq = 1; seq <= 50; seq++) {
            assertThat(events.get(seq - 1)).isEqualTo(event("s-1", seq, seq * 7));
        }
        for (int after = 0; after <= 50; after++) {
            assertThat(read(log, "s-1", after)).hasSize(50 - after);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 255, 4095, 4096, 65_535, 262_144, 1_048_576, 3_000_000})
    void eventOfAnySizeIsKept(int size) throws Exception {
        try (var log = DiskLog.open(folder, small(Level.PROCESS))) {
            DiskStream stream = log.begin("big", new byte[0]);
            append(stream, 1, event("big", 1, 10));
            append(stream, 2, event("big", 2, size));
            byte[] last = event("big", 3, 20);
            stream.finish(3, last, 0, last.length);
            awaitFinished(log, "big");
            assertThat(read(log, "big", 1)).containsExactly(event("big", 2, size), last);
        }
        try (var log = DiskLog.open(folder, small(Level.PROCESS))) {
            assertThat(read(log, "big", 0))
                    .containsExactly(event("big", 1, 10), event("big", 2, size), last());
        }
    }

    private static byte[] last() {
        return event("big", 3, 20);
    }

    @Test
    void oversizedEventLosesItsStreamInsteadOfLeavingAHole() throws Exception {
        try (var log = DiskLog.open(folder, small(Level.PROCESS))) {
            DiskStream stream = log.begin("huge", new byte[0]);
            assertThat(append(stream, 1, new byte[RecordFormat.LARGEST_EVENT + 1])).isFalse();
            assertThat(stream.isLost()).isTrue();
            assertThat(append(stream, 2, new byte[1])).isFalse();
            assertThat(Logs.refusal(log, "huge")).isEqualTo(Unreadable.Reason.LOST);
            assertThat(log.counters().lostStreams()).isEqualTo(1);
        }
    }

    @Test
    void runningStreamIsReadUpToWhatIsAcknowledged() throws Exception {
        try (var log = DiskLog.open(folder, small(Level.PROCESS))) {
            var told = new ConcurrentLinkedQueue<Long>();
            DiskStream stream =
                    log.begin(
                            "live",
                            new byte[0],
                            new DiskLog.Listener() {
                                @Override
                                public void acknowledged(long seq) {
                                    told.add(seq);
                                }
                            });
            long seen = 0;
            for (int seq = 1; seq <= 200; seq++) {
                append(stream, seq, event("live", seq, 100));
                if (seq % 20 == 0) {
                    awaitAcknowledged(stream, seq);
                    List<byte[]> more = read(log, "live", seen);
                    seen += more.size();
                    assertThat(seen).isEqualTo(seq);
                }
            }
            assertThat(List.copyOf(told)).isSorted().contains(200L);
            assertThat(Logs.state(log, "live")).isEqualTo(State.UNFINISHED);
            assertThat(log.unfinished()).as("streams of an earlier process").isEmpty();
        }
    }

    @Test
    void cursorBeyondTheEndAndUnknownStreamAreToldApart() throws Exception {
        try (var log = DiskLog.open(folder, small(Level.PROCESS))) {
            DiskStream stream = log.begin("short", new byte[0]);
            append(stream, 1, event("short", 1, 5));
            awaitAcknowledged(stream, 1);
            assertThatThrownBy(() -> log.read("short", 2, (_, _, _, _) -> true))
                    .isInstanceOfSatisfying(
                            Unreadable.class,
                            e -> assertThat(e.reason()).isEqualTo(Unreadable.Reason.BEYOND_END));
            assertThat(log.read("short", 1, (_, _, _, _) -> true)).isEqualTo(1);
            assertThat(Logs.refusal(log, "other")).isEqualTo(Unreadable.Reason.UNKNOWN);
            assertThat(log.find("other")).isEmpty();
        }
    }

    @Test
    void readerCanStopEarly() throws Exception {
        try (var log = DiskLog.open(folder, small(Level.PROCESS))) {
            DiskStream stream = log.begin("s", new byte[0]);
            for (int seq = 1; seq <= 10; seq++) {
                append(stream, seq, event("s", seq, 5));
            }
            awaitAcknowledged(stream, 10);
            assertThat(log.read("s", 2, (seq, _, _, _) -> seq < 6)).isEqualTo(6);
            assertThat(log.read("s", 0, (_, _, _, _) -> false)).isEqualTo(1);
        }
    }

    @Test
    void streamLeftBehindIsTakenUpAndFinishedOnce() throws Exception {
        try (var log = DiskLog.open(folder, small(Level.PROCESS))) {
            DiskStream stream = log.begin("left", "owner".getBytes());
            append(stream, 1, event("left", 1, 30));
            log.begin("empty", new byte[0]);
        }
        byte[] terminal = "interrupted".getBytes();
        try (var log = DiskLog.open(folder, small(Level.PROCESS))) {
            assertThat(log.unfinished()).extracting(StoredStream::id).contains("left", "empty");
            DiskStream stream = log.takeUp("left").orElseThrow();
            assertThat(log.takeUp("left")).isEmpty();
            assertThat(stream.finish(2, terminal, 0, terminal.length)).isTrue();
            awaitFinished(log, "left");
            assertThat(log.takeUp("empty").orElseThrow().finish()).isTrue();
        }
        try (var log = DiskLog.open(folder, small(Level.PROCESS))) {
            assertThat(log.unfinished()).isEmpty();
            assertThat(read(log, "left", 0)).containsExactly(event("left", 1, 30), terminal);
            assertThat(read(log, "empty", 0)).isEmpty();
            assertThat(log.find("left").orElseThrow().meta()).isEqualTo("owner".getBytes());
        }
    }

    @Test
    void givenUpStreamStaysUnreadableAfterARestart() throws Exception {
        try (var log = DiskLog.open(folder, small(Level.PROCESS))) {
            DiskStream stream = log.begin("again", new byte[0]);
            append(stream, 1, event("again", 1, 30));
            awaitAcknowledged(stream, 1);
            stream.giveUp();
            assertThat(Logs.refusal(log, "again")).isEqualTo(Unreadable.Reason.LOST);
            assertThat(log.counters().lostStreams()).isZero();
        }
        try (var log = DiskLog.open(folder, small(Level.PROCESS))) {
            assertThat(Logs.state(log, "again")).isEqualTo(State.LOST);
            assertThat(log.unfinished()).isEmpty();
        }
    }

    @Test
    void secondOpenerIsRefusedWithTheFoldersName() throws Exception {
        try (var log = DiskLog.open(folder, small(Level.PROCESS))) {
            assertThat(log.isFailing()).isFalse();
            assertThatThrownBy(() -> DiskLog.open(folder, small(Level.PROCESS)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(folder.toString())
                    .hasMessageContaining("in use by process " + ProcessHandle.current().pid());
        }
        DiskLog.open(folder, small(Level.PROCESS)).close();
    }

    @Test
    void numbersMustFollowEachOther() throws Exception {
        try (var log = DiskLog.open(folder, small(Level.PROCESS))) {
            DiskStream stream = log.begin("s", new byte[0]);
            append(stream, 1, new byte[1]);
            assertThatThrownBy(() -> append(stream, 3, new byte[1]))
                    .hasMessage("seq: 3 (expected: 2)");
            stream.finish();
            assertThatThrownBy(() -> append(stream, 2, new byte[1]))
                    .isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> log.begin("s", new byte[0])).hasMessageContaining("a new one");
        }
    }

    @Test
    void settingsOutOfRangeSayWhatIsExpected() {
        assertThatThrownBy(() ->
                        DiskLogSettings.defaults().withRetention(Duration.ofMinutes(1), 1 << 20))
                .hasMessageContaining("maxBytes: 1048576 (expected: >= two segments");
        assertThat(DiskLogSettings.defaults().withLevel(Level.DISK).level()).isEqualTo(Level.DISK);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void threadsAppendToStreamsOfTheirOwn(int shards) throws Exception {
        var base = small(Level.PROCESS);
        var settings =
                new DiskLogSettings(
                        base.level(),
                        shards,
                        base.segmentBytes(),
                        base.keepFor(),
                        base.maxBytes(),
                        base.queueBytes(),
                        Duration.ofMillis(1),
                        base.fsyncEvery(),
                        base.slowAfter());
        try (var log = DiskLog.open(folder, settings)) {
            var threads = new ArrayList<Thread>();
            for (int t = 0; t < 4; t++) {
                int thread = t;
                threads.add(Thread.ofPlatform().start(() -> appendMany(log, thread)));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            for (int i = 0; i < 4 * 20; i++) {
                awaitFinished(log, "t" + i / 20 + "-" + i % 20);
            }
            checkMany(log);
            assertThat(log.counters().writes()).isLessThan(4 * 20 * 100L);
            // Room is made after the events are acknowledged.
            awaitNothingQueued(log);
        }
        // Fewer shards the next time: what the others hold is still there.
        try (var log = DiskLog.open(folder, small(Level.PROCESS))) {
            checkMany(log);
        }
    }

    private static void appendMany(DiskLog log, int thread) {
        var streams = new ArrayList<DiskStream>();
        for (int i = 0; i < 20; i++) {
            streams.add(log.begin("t" + thread + "-" + i, new byte[0]));
        }
        for (int seq = 1; seq <= 100; seq++) {
            for (DiskStream stream : streams) {
                append(stream, seq, event(stream.id(), seq, 60));
            }
        }
        streams.forEach(DiskStream::finish);
    }

    private static void checkMany(DiskLog log) throws IOException {
        for (int i = 0; i < 4 * 20; i++) {
            String id = "t" + i / 20 + "-" + i % 20;
            List<byte[]> events = read(log, id, 0);
            assertThat(events).hasSize(100);
            for (int seq = 1; seq <= 100; seq++) {
                assertThat(events.get(seq - 1)).isEqualTo(event(id, seq, 60));
            }
        }
    }

    @Test
    void virtualThreadsReadWhileTheLogGrows() throws Exception {
        try (var log = DiskLog.open(folder, small(Level.PROCESS))) {
            DiskStream stream = log.begin("live", new byte[0]);
            var readers = new ArrayList<Thread>();
            var seen = new ConcurrentLinkedQueue<Long>();
            for (int i = 0; i < 8; i++) {
                readers.add(Thread.ofVirtual().start(() -> seen.add(follow(log, 2000))));
            }
            for (int seq = 1; seq <= 2000; seq++) {
                append(stream, seq, event("live", seq, 40));
            }
            for (Thread reader : readers) {
                reader.join();
            }
            assertThat(seen).hasSize(8).containsOnly(2000L);
        }
    }

    private static long follow(DiskLog log, long end) {
        long reached = 0;
        try {
            while (reached < end) {
                List<byte[]> events = read(log, "live", reached);
                for (byte[] event : events) {
                    reached++;
                    assertThat(event).isEqualTo(event("live", reached, 40));
                }
                Thread.sleep(1);
            }
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
        return reached;
    }
}
