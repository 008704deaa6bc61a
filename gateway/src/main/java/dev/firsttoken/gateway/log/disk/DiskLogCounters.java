package dev.firsttoken.gateway.log.disk;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/// What a [DiskLog] has done since it was opened, and what it holds.
///
/// May be read by any thread; the figures are not taken at one moment.
public final class DiskLogCounters {

    final AtomicLong bytesOnDisk = new AtomicLong();
    final AtomicLong queuedBytes = new AtomicLong();
    final LongAdder records = new LongAdder();
    final LongAdder appendedBytes = new LongAdder();
    final LongAdder writes = new LongAdder();
    final LongAdder failedWrites = new LongAdder();
    final LongAdder fsyncs = new LongAdder();
    final LongAdder failedFsyncs = new LongAdder();
    final LongAdder lostStreams = new LongAdder();
    final LongAdder damagedStreams = new LongAdder();
    final LongAdder droppedSegments = new LongAdder();
    final LongAdder recopiedBytes = new LongAdder();
    final LongAdder truncatedBytes = new LongAdder();
    final LongAdder damagedBytes = new LongAdder();
    final LongAdder recoveredBytes = new LongAdder();
    volatile long recoveryNanos;

    DiskLogCounters() {}

    /// Bytes of all segments.
    public long bytesOnDisk() {
        return bytesOnDisk.get();
    }

    /// Bytes that wait in memory for the disk.
    public long queuedBytes() {
        return queuedBytes.get();
    }

    public long records() {
        return records.sum();
    }

    /// Bytes of records written, headers included.
    public long appendedBytes() {
        return appendedBytes.sum();
    }

    /// Groups of records handed to the operating system.
    public long writes() {
        return writes.sum();
    }

    public long failedWrites() {
        return failedWrites.sum();
    }

    public long fsyncs() {
        return fsyncs.sum();
    }

    public long failedFsyncs() {
        return failedFsyncs.sum();
    }

    /// Streams that could not be kept because the disk was full, failing, too slow or too small.
    public long lostStreams() {
        return lostStreams.sum();
    }

    /// Streams found damaged, at the start or by a reader.
    public long damagedStreams() {
        return damagedStreams.sum();
    }

    public long droppedSegments() {
        return droppedSegments.sum();
    }

    /// Bytes of streams carried over from a segment that was to be dropped.
    public long recopiedBytes() {
        return recopiedBytes.sum();
    }

    /// Bytes cut off at the start because a write had not been completed.
    public long truncatedBytes() {
        return truncatedBytes.sum();
    }

    /// Bytes found unusable at the start, other than a torn tail.
    public long damagedBytes() {
        return damagedBytes.sum();
    }

    /// Bytes scanned at the start.
    public long recoveredBytes() {
        return recoveredBytes.sum();
    }

    /// How long the scan at the start took.
    public long recoveryNanos() {
        return recoveryNanos;
    }
}
