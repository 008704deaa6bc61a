package dev.firsttoken.gateway.log.disk;

import static dev.firsttoken.gateway.log.disk.Logs.append;
import static dev.firsttoken.gateway.log.disk.Logs.awaitAcknowledged;
import static dev.firsttoken.gateway.log.disk.Logs.awaitFinished;
import static dev.firsttoken.gateway.log.disk.Logs.event;
import static dev.firsttoken.gateway.log.disk.Logs.read;
import static dev.firsttoken.gateway.log.disk.Logs.refusal;
import static dev.firsttoken.gateway.log.disk.Logs.small;
import static dev.firsttoken.gateway.log.disk.Logs.state;
import static dev.firsttoken.gateway.log.disk.Logs.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firsttoken.gateway.log.disk.DiskLogSettings.Level;
import dev.firsttoken.gateway.log.disk.StoredStream.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class DiskLogFaultTest {

    private static final byte[] NOTHING = {};

    @TempDir Path folder;
    private final FaultyStorage storage = new FaultyStorage();

    private DiskLog open(DiskLogSettings settings) throws IOException {
        return DiskLog.open(folder, settings, storage, Clocks.system());
    }

    /// A stream that was finished before any trouble.
    private static void writeSound(DiskLog log, String id) {
        DiskStream stream = log.begin(id, NOTHING);
        append(stream, 1, event(id, 1, 100));
        stream.finish();
        awaitFinished(log, id);
    }

    @ParameterizedTest
    @CsvSource({"PROCESS,false", "PROCESS,true", "DISK,false", "DISK,true"})
    void fullDiskLosesTheStreamsOfThatTimeAndNoOther(Level level, boolean truncateFails)
            throws Exception {
        try (var log = open(small(level))) {
            writeSound(log, "before");
            DiskStream quiet = log.begin("quiet", NOTHING);
            append(quiet, 1, event("quiet", 1, 50));
            DiskStream unlucky = log.begin("unlucky", NOTHING);
            append(unlucky, 1, event("unlucky", 1, 50));
            awaitAcknowledged(unlucky, 1);
            awaitAcknowledged(quiet, 1);

            storage.truncateFails = truncateFails;
            storage.freeBytes = 37;
            append(unlucky, 2, event("unlucky", 2, 500));
            until("unlucky lost", unlucky::isLost);
            assertThat(append(unlucky, 3, event("unlucky", 3, 1))).isFalse();
            assertThat(refusal(log, "unlucky")).isEqualTo(Unreadable.Reason.LOST);
            assertThat(log.isFailing()).isTrue();
            DiskStream meanwhile = log.begin("meanwhile", NOTHING);
            until("meanwhile lost", meanwhile::isLost);
            assertThat(read(log, "before", 0)).hasSize(1);

            storage.freeBytes = Long.MAX_VALUE;
            storage.truncateFails = false;
            recovers(log, "after");
            append(quiet, 2, event("quiet", 2, 50));
            awaitAcknowledged(quiet, 2);
            assertThat(log.counters().lostStreams()).isGreaterThanOrEqualTo(2);
            assertThat(log.counters().failedWrites()).isPositive();
            until("no longer failing", () -> !log.isFailing());
        }
        try (var log = open(small(level))) {
            assertThat(read(log, "before", 0)).hasSize(1);
            assertThat(read(log, "after", 0)).hasSize(1);
            assertThat(state(log, "unlucky")).isEqualTo(State.LOST);
            assertThat(log.find("meanwhile")).isEmpty();
            assertThat(log.unfinished()).extracting(StoredStream::id).containsExactly("quiet");
            assertThat(read(log, "quiet", 0))
                    .containsExactly(event("quiet", 1, 50), event("quiet", 2, 50));
        }
    }

    /// Begins streams until one is kept: at first the log may still be waiting before it tries.
    private static void recovers(DiskLog log, String id) {
        var tries = new AtomicInteger();
        until(
                "the disk is used again",
                () -> {
                    String trial = "trial-" + tries.incrementAndGet();
                    DiskStream stream = log.begin(trial, NOTHING);
                    append(stream, 1, NOTHING);
                    until("known", () -> stream.isLost() || stream.acknowledged() == 1);
                    return !stream.isLost() && stream.finish();
                });
        writeSound(log, id);
        until("trials over", () -> state(log, "trial-" + tries.get()) == State.FINISHED);
    }

    @Test
    void failedSyncInTheBackgroundLosesWhatItCoveredAndBeginsANewSegment() throws Exception {
        try (var log = open(small(Level.PROCESS))) {
            writeSound(log, "before");
            long synced = log.counters().fsyncs();
            until("synced", () -> log.counters().fsyncs() > 0 && synced >= 0);
            Thread.sleep(50);
            int segments = Logs.segments(folder).size();

            storage.forceFails = true;
            DiskStream stream = log.begin("covered", NOTHING);
            append(stream, 1, event("covered", 1, 10));
            until("covered lost", stream::isLost);
            storage.forceFails = false;

            recovers(log, "after");
            assertThat(state(log, "before")).isEqualTo(State.FINISHED);
            assertThat(log.counters().failedFsyncs()).as("never tried again").isEqualTo(1);
            assertThat(Logs.segments(folder)).hasSizeGreaterThan(segments);
        }
        try (var log = open(small(Level.PROCESS))) {
            assertThat(state(log, "covered")).isEqualTo(State.LOST);
            assertThat(state(log, "before")).isEqualTo(State.FINISHED);
            assertThat(state(log, "after")).isEqualTo(State.FINISHED);
        }
    }

    @Test
    void atLevelDiskNothingIsAcknowledgedBeforeItIsSynced() throws Exception {
        try (var log = open(small(Level.DISK))) {
            writeSound(log, "before");
            storage.forceGate = new CountDownLatch(1);
            DiskStream stream = log.begin("waiting", NOTHING);
            append(stream, 1, event("waiting", 1, 10));
            until("in fsync", () -> storage.waiting.get() > 0);
            Thread.sleep(20);
            assertThat(stream.acknowledged()).isZero();
            assertThat(read(log, "waiting", 0)).isEmpty();
            CountDownLatch gate = storage.forceGate;
            storage.forceGate = new CountDownLatch(0);
            gate.countDown();
            awaitAcknowledged(stream, 1);

            storage.forceFails = true;
            append(stream, 2, event("waiting", 2, 10));
            until("lost", stream::isLost);
            assertThat(stream.acknowledged()).isEqualTo(1);
            storage.forceFails = false;
            recovers(log, "after");
        }
    }

    @ParameterizedTest
    @EnumSource(Level.class)
    void appendsNeverWaitWhileTheDiskHangs(Level level) throws Exception {
        var settings = Logs.settings(level, 8 << 10, Duration.ofHours(1), 1 << 30, 200_000);
        try (var log = open(settings)) {
            writeSound(log, "before");
            storage.writeGate = new CountDownLatch(1);
            DiskStream early = log.begin("early", NOTHING);
            append(early, 1, event("early", 1, 10));
            until("hanging", () -> storage.waiting.get() > 0);
            long slowest = 0;
            DiskStream stream = log.begin("flood", NOTHING);
            boolean kept = true;
            for (int seq = 1; seq <= 5_000; seq++) {
                long before = System.nanoTime();
                kept = append(stream, seq, event("flood", seq, 200));
                slowest = Math.max(slowest, System.nanoTime() - before);
            }
            assertThat(kept).as("beyond the bound of the queue").isFalse();
            assertThat(stream.isLost()).isTrue();
            assertThat(slowest).as("nanoseconds of an append").isLessThan(500_000_000L);
            assertThat(log.counters().queuedBytes()).isLessThanOrEqualTo(200_000);
            assertThat(log.counters().lostStreams()).isEqualTo(1);
            assertThat(early.isLost()).isFalse();
            assertThat(read(log, "before", 0)).as("readers do not wait either").hasSize(1);

            CountDownLatch gate = storage.writeGate;
            storage.writeGate = new CountDownLatch(0);
            gate.countDown();
            awaitAcknowledged(early, 1);
            recovers(log, "after");
            until("queue empty", () -> log.counters().queuedBytes() == 0);
        }
    }

    private static DiskLogSettings impatient() {
        var base = small(Level.PROCESS);
        return new DiskLogSettings(
                base.level(),
                1,
                base.segmentBytes(),
                base.keepFor(),
                base.maxBytes(),
                base.queueBytes(),
                Duration.ZERO,
                base.fsyncEvery(),
                Duration.ofMillis(30));
    }

    @Test
    void whatWasLeftBehindWaitsForASlowDisk() throws Exception {
        DiskLogSettings settings = impatient();
        try (var log = open(settings)) {
            for (String id : List.of("left", "behind")) {
                DiskStream stream = log.begin(id, NOTHING);
                append(stream, 1, event(id, 1, 10));
                awaitAcknowledged(stream, 1);
            }
        }
        try (var log = open(settings)) {
            storage.writeGate = new CountDownLatch(1);
            DiskStream left = log.takeUp("left").orElseThrow();
            assertThat(left.finish()).isTrue();
            until("slow", log::isFailing);
            DiskStream behind = log.takeUp("behind").orElseThrow();
            byte[] end = event("behind", 2, 10);
            assertThat(behind.finish(2, end, 0, end.length)).isTrue();
            assertThat(left.isLost()).isFalse();
            assertThat(behind.isLost()).isFalse();
            CountDownLatch gate = storage.writeGate;
            storage.writeGate = new CountDownLatch(0);
            gate.countDown();
            awaitFinished(log, "left");
            awaitFinished(log, "behind");
            assertThat(log.counters().lostStreams()).isZero();
        }
    }

    @Test
    void anEndOfSeveralEventsIsOneRecord() throws Exception {
        try (var log = open(small(Level.PROCESS))) {
            DiskStream stream = log.begin("end", NOTHING);
            byte[] large = event("end", 1, 300_000);
            append(stream, 1, large);
            stream.prepareEnd(2, large, 0, large.length);
            stream.prepareEnd(3, large, 0, large.length);
            assertThat(stream.finish(4, large, 0, large.length)).isTrue();
            awaitFinished(log, "end");
            assertThat(read(log, "end", 0)).hasSize(4).containsOnly(large);
        }
        // Whatever the last record is cut to, the end is there as a whole or not at all.
        Path newest = Logs.segments(folder).getLast();
        byte[] whole = Files.readAllBytes(newest);
        for (int cut = whole.length; cut > 0; cut -= 100_000) {
            Files.write(newest, Arrays.copyOf(whole, cut));
            try (var log = open(small(Level.PROCESS))) {
                var found = log.find("end");
                if (found.isPresent() && found.get().isReadable()) {
                    assertThat(found.get().lastSeq()).isIn(0L, 1L, 4L);
                }
            }
            Files.write(newest, whole);
        }
    }

    @Test
    void whoeverWaitsForASlowDiskIsToldSo() throws Exception {
        DiskLogSettings settings = impatient();
        try (var log = open(settings)) {
            writeSound(log, "before");
            storage.writeGate = new CountDownLatch(1);
            DiskStream stream = log.begin("slow", NOTHING);
            append(stream, 1, event("slow", 1, 10));
            until("lost though nothing more comes", stream::isLost);
            assertThat(log.isFailing()).isTrue();
            DiskStream next = log.begin("next", NOTHING);
            assertThat(next.isLost()).isTrue();
            CountDownLatch gate = storage.writeGate;
            storage.writeGate = new CountDownLatch(0);
            gate.countDown();
            recovers(log, "after");
        }
        try (var log = open(settings)) {
            assertThat(state(log, "slow")).isEqualTo(State.LOST);
        }
    }

    @Test
    void shortWritesAndShortReadsChangeNothing() throws Exception {
        storage.mouthful = 7;
        try (var log = open(small(Level.PROCESS))) {
            DiskStream stream = log.begin("bits", NOTHING);
            for (int seq = 1; seq <= 100; seq++) {
                append(stream, seq, event("bits", seq, seq * 3));
            }
            stream.finish();
            awaitFinished(log, "bits");
            assertThat(read(log, "bits", 0)).hasSize(100);
        }
        try (var log = open(small(Level.PROCESS))) {
            assertThat(read(log, "bits", 40)).hasSize(60).first().isEqualTo(event("bits", 41, 123));
        }
    }

    @Test
    void diskThatCannotBeReadIsNotCalledDamage() throws Exception {
        try (var log = open(small(Level.PROCESS))) {
            writeSound(log, "s");
            storage.readFails = true;
            assertThatThrownBy(() -> read(log, "s", 0))
                    .isInstanceOf(IOException.class)
                    .isNotInstanceOf(Unreadable.class);
            storage.readFails = false;
            assertThat(read(log, "s", 0)).hasSize(1);
        }
    }

    @Test
    void lossesAreNotedAlsoWhenNothingElseIsWritten() throws Exception {
        try (var log = open(small(Level.PROCESS))) {
            DiskStream stream = log.begin("lost", NOTHING);
            append(stream, 1, event("lost", 1, 10));
            awaitAcknowledged(stream, 1);
            storage.freeBytes = 0;
            append(stream, 2, event("lost", 2, 10));
            until("lost", stream::isLost);
            storage.freeBytes = Long.MAX_VALUE;
            until("noted", () -> !log.isFailing());
            Path copy = folder.resolve("copy");
            Logs.copy(folder, copy);
            try (var other = DiskLog.open(copy, small(Level.PROCESS))) {
                assertThat(state(other, "lost")).isEqualTo(State.LOST);
            }
        }
    }
}
