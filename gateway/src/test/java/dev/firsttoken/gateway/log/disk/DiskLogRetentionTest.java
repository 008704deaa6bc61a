package dev.firsttoken.gateway.log.disk;

import static dev.firsttoken.gateway.log.disk.Logs.append;
import static dev.firsttoken.gateway.log.disk.Logs.awaitAcknowledged;
import static dev.firsttoken.gateway.log.disk.Logs.awaitFinished;
import static dev.firsttoken.gateway.log.disk.Logs.event;
import static dev.firsttoken.gateway.log.disk.Logs.read;
import static dev.firsttoken.gateway.log.disk.Logs.refusal;
import static dev.firsttoken.gateway.log.disk.Logs.segments;
import static dev.firsttoken.gateway.log.disk.Logs.state;
import static dev.firsttoken.gateway.log.disk.Logs.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.firsttoken.gateway.log.disk.DiskLogSettings.Level;
import dev.firsttoken.gateway.log.disk.StoredStream.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskLogRetentionTest {

    private static final byte[] NOTHING = {};
    private static final Duration KEEP = Duration.ofMinutes(10);

    @TempDir Path folder;

    /// Added to the real clocks, each on its own.
    private final AtomicLong monotonicAhead = new AtomicLong();

    private final AtomicLong wallAheadMillis = new AtomicLong();
    private final FaultyStorage storage = new FaultyStorage();

    private DiskLog open(long maxBytes) throws IOException {
        var clocks =
                new Clocks(
                        () -> Instant.now().plusMillis(wallAheadMillis.get()),
                        () -> System.nanoTime() + monotonicAhead.get());
        storage.forceIsFree = true;
        return DiskLog.open(
                folder,
                Logs.settings(Level.PROCESS, 64 << 10, KEEP, maxBytes, 16 << 20),
                storage,
                clocks);
    }

    private void pass(Duration time) {
        monotonicAhead.addAndGet(time.toNanos());
        wallAheadMillis.addAndGet(time.toMillis());
    }

    /// Lets minutes pass until something is so: a segment that is begun just now has to age first.
    private void untilInTime(DiskLog log, String what, BooleanSupplier condition) {
        until(
                what,
                () -> {
                    pass(Duration.ofMinutes(1));
                    return condition.getAsBoolean();
                });
        // An operation that the clock jumped over looks slow until it is done.
        until("at rest", () -> !log.isFailing());
    }

    private static void write(DiskLog log, String id, int events) {
        DiskStream stream = log.begin(id, NOTHING);
        for (int seq = 1; seq <= events; seq++) {
            append(stream, seq, event(id, seq, 1000));
        }
        stream.finish();
        awaitFinished(log, id);
    }

    @Test
    void endedStreamExpiresAndItsSegmentsGo() throws Exception {
        try (var log = open(1 << 30)) {
            write(log, "old", 300);
            assertThat(segments(folder)).hasSizeGreaterThan(1);
            pass(Duration.ofMinutes(9));
            write(log, "newer", 5);
            assertThat(read(log, "old", 0)).hasSize(300);

            pass(Duration.ofMinutes(2));
            until("expired", () -> state(log, "old") == State.EXPIRED);
            assertThat(refusal(log, "old")).isEqualTo(Unreadable.Reason.EXPIRED);
            until("small", () -> log.counters().bytesOnDisk() < 70 << 10);
            assertThat(read(log, "newer", 0)).hasSize(5);

            pass(Duration.ofMinutes(10));
            until("forgotten", () -> log.find("old").isEmpty());
            untilInTime(log, "nothing left", () -> log.counters().bytesOnDisk() == 0);
            assertThat(segments(folder)).isEmpty();
            assertThat(log.counters().lostStreams()).isZero();
        }
    }

    @Test
    void ageCountsOnAcrossARestart() throws Exception {
        try (var log = open(1 << 30)) {
            write(log, "old", 3);
            pass(Duration.ofMinutes(4));
            write(log, "newer", 3);
        }
        pass(Duration.ofMinutes(7));
        try (var log = open(1 << 30)) {
            assertThat(state(log, "old")).isEqualTo(State.EXPIRED);
            assertThat(read(log, "newer", 0)).hasSize(3);
        }
    }

    @Test
    void wallClockThatJumpsExpiresNothing() throws Exception {
        try (var log = open(1 << 30)) {
            write(log, "s", 3);
            wallAheadMillis.addAndGet(Duration.ofDays(2).toMillis());
            write(log, "t", 3);
            wallAheadMillis.addAndGet(Duration.ofDays(-5).toMillis());
            write(log, "u", 3);
            Thread.sleep(600);
            for (String id : new String[] {"s", "t", "u"}) {
                assertThat(read(log, id, 0)).hasSize(3);
            }
        }
        try (var log = open(1 << 30)) {
            assertThat(read(log, "t", 0)).as("of the future, so just ended").hasSize(3);
        }
    }

    @Test
    void littleThatIsLeftOfAnOldSegmentIsCarriedOver() throws Exception {
        try (var log = open(1 << 30)) {
            DiskStream runner = log.begin("long", "meta".getBytes());
            DiskStream silent = log.begin("silent", NOTHING);
            append(runner, 1, event("long", 1, 100));
            write(log, "short", 300);
            for (int seq = 2; seq <= 4; seq++) {
                append(runner, seq, event("long", seq, 100));
            }
            awaitAcknowledged(runner, 4);
            pass(Duration.ofMinutes(11));
            until("carried over", () -> log.counters().recopiedBytes() > 0);
            until("dropped", () -> log.counters().bytesOnDisk() < 64 << 10);
            assertThat(read(log, "long", 0)).hasSize(4);

            // Again and again, while it runs and after it ended.
            for (int seq = 5; seq <= 8; seq++) {
                assertThat(append(runner, seq, event("long", seq, 100))).isTrue();
                awaitAcknowledged(runner, seq);
                long dropped = log.counters().droppedSegments();
                pass(Duration.ofMinutes(11));
                untilInTime(log, "once more", () -> log.counters().droppedSegments() > dropped);
                assertThat(read(log, "long", 0)).hasSize(seq);
            }
            runner.finish();
            awaitFinished(log, "long");
            silent.finish();
            awaitFinished(log, "silent");
            pass(Duration.ofMinutes(9));
            Thread.sleep(600);
        }
        try (var log = open(1 << 30)) {
            StoredStream found = log.find("long").orElseThrow();
            assertThat(found.isFinished()).isTrue();
            assertThat(found.meta()).isEqualTo("meta".getBytes());
            assertThat(state(log, "silent")).isEqualTo(State.FINISHED);
            for (int seq = 1; seq <= 8; seq++) {
                assertThat(read(log, "long", seq - 1).getFirst())
                        .isEqualTo(event("long", seq, 100));
            }
            assertThat(log.counters().damagedStreams()).isZero();
        }
    }

    @Test
    void deathBetweenCopyAndDropDoublesNothing() throws Exception {
        try (var log = open(1 << 30)) {
            DiskStream runner = log.begin("long", NOTHING);
            for (int seq = 1; seq <= 5; seq++) {
                append(runner, seq, event("long", seq, 100));
            }
            write(log, "short", 300);
            storage.deleteFails = true;
            pass(Duration.ofMinutes(11));
            until("carried over", () -> log.counters().recopiedBytes() > 0);
            append(runner, 6, event("long", 6, 100));
            awaitAcknowledged(runner, 6);
            assertThat(log.counters().droppedSegments()).isZero();
            assertThat(read(log, "long", 0)).hasSize(6);
        }
        storage.deleteFails = false;
        try (var log = open(1 << 30)) {
            assertThat(log.unfinished()).extracting(StoredStream::id).containsExactly("long");
            assertThat(read(log, "long", 0)).hasSize(6);
            assertThat(log.find("long").orElseThrow().bytes()).isEqualTo(600);
            DiskStream runner = log.takeUp("long").orElseThrow();
            runner.finish(7, event("long", 7, 100), 0, 100);
            awaitFinished(log, "long");
            until("dropped", () -> log.counters().bytesOnDisk() < 64 << 10);
            for (int seq = 1; seq <= 7; seq++) {
                assertThat(read(log, "long", seq - 1).getFirst())
                        .isEqualTo(event("long", seq, 100));
            }
        }
    }

    @Test
    void overItsBytesTheLogGivesUpTheOldestStreams() throws Exception {
        long maxBytes = 256 << 10;
        try (var log = open(maxBytes)) {
            DiskStream runner = log.begin("running", NOTHING);
            append(runner, 1, event("running", 1, 10));
            for (int i = 0; i < 40; i++) {
                write(log, "s" + i, 20);
                assertThat(log.counters().bytesOnDisk()).isLessThanOrEqualTo(maxBytes);
            }
            assertThat(runner.isLost()).isTrue();
            assertThat(append(runner, 2, NOTHING)).isFalse();
            assertThat(refusal(log, "s0")).isEqualTo(Unreadable.Reason.EXPIRED);
            assertThat(read(log, "s39", 0)).hasSize(20);
            assertThat(read(log, "s33", 0)).hasSize(20);
            assertThat(log.counters().lostStreams()).isEqualTo(1);
            long sum = 0;
            for (Path segment : segments(folder)) {
                sum += Files.size(segment);
            }
            assertThat(sum).isEqualTo(log.counters().bytesOnDisk());
        }
        try (var log = open(maxBytes)) {
            assertThat(read(log, "s39", 0)).hasSize(20);
            assertThat(log.find("running").map(StoredStream::isReadable).orElse(false)).isFalse();
        }
    }
}
