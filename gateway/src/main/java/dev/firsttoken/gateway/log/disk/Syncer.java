package dev.firsttoken.gateway.log.disk;

import java.io.IOException;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings the written segments of a shard to the disk, on a thread of its own, because a write
/// should not wait for that; and closes those that nothing is added to any more.
final class Syncer {

    private static final Logger LOG = LoggerFactory.getLogger(Syncer.class);

    private final Shard shard;
    private final long everyNanos;
    private final Thread thread;
    private final Queue<Segment> retired = new ConcurrentLinkedQueue<>();
    private volatile long roundsBegun;
    private volatile long roundsDone;

    Syncer(Shard shard, String name, Duration every) {
        this.shard = shard;
        this.everyNanos = every.toNanos();
        this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
    }

    Thread thread() {
        return thread;
    }

    /// Nothing is added to a segment any more.
    void retire(Segment segment) {
        retired.add(segment);
    }

    /// The first round that covers everything written so far.
    long nextRound() {
        return roundsBegun + 1;
    }

    boolean hasDone(long round) {
        return roundsDone >= round;
    }

    private void run() {
        while (shard.isWriting() || shard.active() != null || !retired.isEmpty()) {
            long round = roundsBegun + 1;
            roundsBegun = round;
            for (Segment segment = retired.poll(); segment != null; segment = retired.poll()) {
                sync(segment);
                try {
                    segment.close();
                } catch (IOException e) {
                    LOG.warn("cannot close {}: {}", segment.path, e.toString());
                }
            }
            Segment current = shard.active();
            if (current != null) {
                sync(current);
            }
            roundsDone = round;
            if (!shard.isClosing()) {
                LockSupport.parkNanos(this, everyNanos);
            } else if (shard.isWriting()) {
                LockSupport.parkNanos(this, 1_000_000);
            }
        }
    }

    private void sync(Segment segment) {
        if (segment.isDirty() && !segment.isUnsyncable()) {
            try {
                shard.force(segment);
            } catch (IOException trouble) {
                LOG.warn(
                        "{}: cannot sync ({}); a new segment is begun",
                        segment.path,
                        trouble.toString());
            }
        }
    }
}
