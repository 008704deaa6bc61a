package dev.firsttoken.gateway.log.disk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firsttoken.gateway.log.disk.DiskLogSettings.Level;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;

/// What the tests of this room say over and over.
final class Logs {

    static final long SMALL_SEGMENT = 8 << 10;

    private Logs() {}

    static DiskLogSettings small(Level level) {
        return settings(level, SMALL_SEGMENT, Duration.ofHours(1), 1L << 30, 16L << 20);
    }

    static DiskLogSettings settings(
            Level level, long segmentBytes, Duration keepFor, long maxBytes, long queueBytes) {
        return new DiskLogSettings(
                level,
                1,
                segmentBytes,
                keepFor,
                maxBytes,
                queueBytes,
                Duration.ZERO,
                Duration.ofMillis(5),
                Duration.ofSeconds(20));
    }

    /// Opens a log that leaves it to the system when to bring things to the disk.
    static DiskLog openInHaste(Path folder, Level level) throws IOException {
        var storage = new FaultyStorage();
        storage.forceIsFree = true;
        return DiskLog.open(folder, small(level), storage, Clocks.system());
    }

    static byte[] event(String id, long seq, int size) {
        byte[] bytes = (id + ":" + seq + ":").repeat(size / 8 + 1).getBytes();
        return Arrays.copyOf(bytes, size);
    }

    static boolean append(DiskStream stream, long seq, byte[] bytes) {
        return stream.append(seq, bytes, 0, bytes.length);
    }

    /// Reads a stream after a number and checks that the numbers follow each other.
    static List<byte[]> read(DiskLog log, String id, long afterSeq) throws IOException {
        var events = new ArrayList<byte[]>();
        long last =
                log.read(
                        id,
                        afterSeq,
                        (seq, bytes, from, to) -> {
                            assertThat(seq).isEqualTo(afterSeq + events.size() + 1);
                            events.add(Arrays.copyOfRange(bytes, from, to));
                            return true;
                        });
        assertThat(last).isEqualTo(afterSeq + events.size());
        return events;
    }

    static Unreadable.Reason refusal(DiskLog log, String id) throws IOException {
        try {
            log.read(id, 0, (seq, bytes, from, to) -> true);
        } catch (Unreadable unreadable) {
            return unreadable.reason();
        }
        throw new AssertionError("stream " + id + " can be read");
    }

    static StoredStream.State state(DiskLog log, String id) {
        return log.find(id).orElseThrow().state();
    }

    static void until(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + 20_000_000_000L;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("still waiting: " + what);
            }
            Thread.onSpinWait();
            try {
                Thread.sleep(0, 100_000);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    static void awaitAcknowledged(DiskStream stream, long seq) {
        until("event " + seq + " of " + stream.id(), () -> stream.acknowledged() >= seq);
    }

    static void awaitFinished(DiskLog log, String id) {
        until(id + " finished", () -> state(log, id) == StoredStream.State.FINISHED);
    }

    static void awaitNothingQueued(DiskLog log) {
        until("nothing queued", () -> log.counters().queuedBytes() == 0);
    }

    static List<Path> segments(Path folder) throws IOException {
        return Storage.files().list(folder.resolve("shard-0"));
    }

    /// What another process would find if this one were killed now.
    static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to.resolve("shard-0"));
        for (Path segment : segments(from)) {
            Files.copy(segment, to.resolve("shard-0").resolve(segment.getFileName()));
        }
    }
}
