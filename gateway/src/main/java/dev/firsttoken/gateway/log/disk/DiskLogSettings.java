package dev.firsttoken.gateway.log.disk;

import java.time.Duration;

/// How a [DiskLog] keeps what it is given.
///
/// @param level when an event counts as acknowledged
/// @param shards how many threads write, each into segments of its own; 1 is plenty for most disks
/// @param segmentBytes how large a segment grows before the next one is begun
/// @param keepFor how long a stream can be read after it ended
/// @param maxBytes what the folder may hold; the oldest streams go first, ended or not
/// @param queueBytes what may wait for the disk in memory; beyond it streams are lost, not delayed
/// @param gather how far apart writes are at least, so that one write takes many events along; zero
///   writes each event as soon as the disk is free
/// @param fsyncEvery how much a power cut may take at level [Level#PROCESS]
/// @param slowAfter how long one disk operation may take before new events no longer wait for it
public record DiskLogSettings(
        Level level,
        int shards,
        long segmentBytes,
        Duration keepFor,
        long maxBytes,
        long queueBytes,
        Duration gather,
        Duration fsyncEvery,
        Duration slowAfter) {

    /// What an acknowledged event survives.
    public enum Level {
        /// Written to the operating system: survives the death of this process.
        PROCESS,
        /// On the disk: survives a power cut as well.
        DISK
    }

    private static final long SMALLEST_SEGMENT = 4 * 1024;
    private static final long LARGEST_SEGMENT = 1L << 30;

    public DiskLogSettings {
        require(shards >= 1 && shards <= 16, "shards", shards, "1 to 16");
        require(
                segmentBytes >= SMALLEST_SEGMENT && segmentBytes <= LARGEST_SEGMENT,
                "segmentBytes",
                segmentBytes,
                "4 KiB to 1 GiB");
        require(keepFor.isPositive(), "keepFor", keepFor, "> PT0S");
        require(
                maxBytes / shards >= 2 * segmentBytes,
                "maxBytes",
                maxBytes,
                ">= two segments of each shard, " + 2 * segmentBytes * shards);
        require(queueBytes > 0, "queueBytes", queueBytes, "> 0");
        require(!gather.isNegative(), "gather", gather, ">= PT0S");
        require(fsyncEvery.isPositive(), "fsyncEvery", fsyncEvery, "> PT0S");
        require(slowAfter.isPositive(), "slowAfter", slowAfter, "> PT0S");
    }

    private static void require(boolean holds, String name, Object value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(
                    name + ": " + value + " (expected: " + expected + ")");
        }
    }

    public static DiskLogSettings defaults() {
        return new DiskLogSettings(
                Level.PROCESS,
                1,
                64L << 20,
                Duration.ofMinutes(10),
                8L << 30,
                64L << 20,
                Duration.ofMillis(1),
                Duration.ofMillis(50),
                Duration.ofSeconds(2));
    }

    public DiskLogSettings withLevel(Level other) {
        return new DiskLogSettings(
                other,
                shards,
                segmentBytes,
                keepFor,
                maxBytes,
                queueBytes,
                gather,
                fsyncEvery,
                slowAfter);
    }

    public DiskLogSettings withRetention(Duration newKeepFor, long newMaxBytes) {
        return new DiskLogSettings(
                level,
                shards,
                segmentBytes,
                newKeepFor,
                newMaxBytes,
                queueBytes,
                gather,
                fsyncEvery,
                slowAfter);
    }
}
