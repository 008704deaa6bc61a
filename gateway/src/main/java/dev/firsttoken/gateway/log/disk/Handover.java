package dev.firsttoken.gateway.log.disk;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// What event loops hand to a shard's thread: any number of givers, one taker, nobody waits but the
/// taker.
///
/// A stack of linked items that the taker takes as a whole and turns around, so that one exchange
/// brings everything that arrived meanwhile. It is bounded in bytes; what does not fit is refused.
final class Handover {

    /// What an item weighs besides its event.
    static final int ITEM_BYTES = 64;

    enum Kind {
        BEGIN,
        EVENT,
        /// An event that belongs to the end: in one record with the next one.
        ENDING_EVENT,
        /// An event after which there are no more.
        LAST_EVENT,
        /// No more events, told by itself.
        FINISH,
        /// The stream is not kept any more. Never refused, because there is one per stream at most.
        LOSS
    }

    /// One thing that happened to a stream.
    static final class Item {

        final LoggedStream stream;
        final Kind kind;
        final long seq;
        final long wallMillis;
        final byte[] event;
        private @Nullable Item next;
        @Nullable Item nextOfStream;

        Item(LoggedStream stream, Kind kind, long seq, long wallMillis, byte[] event) {
            this.stream = stream;
            this.kind = kind;
            this.seq = seq;
            this.wallMillis = wallMillis;
            this.event = event;
        }

        /// Another item that is to be handed over right after this one.
        Item followedBy(Item following) {
            following.next = this;
            return following;
        }

        private int weight() {
            return kind == Kind.LOSS ? 0 : ITEM_BYTES + event.length;
        }

        @Nullable Item next() {
            return next;
        }
    }

    private final AtomicReference<@Nullable Item> newest = new AtomicReference<>();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong bytesOfAll;
    private final long limitBytes;
    private volatile boolean asleep;
    private volatile @Nullable Thread taker;

    /// @param bytesOfAll where the bytes of all hand-overs are counted
    Handover(long limitBytes, AtomicLong bytesOfAll) {
        this.limitBytes = limitBytes;
        this.bytesOfAll = bytesOfAll;
    }

    /// Hands an item over, and those that it [follows][Item#followedBy], so that the taker takes
    /// them at once.
    ///
    /// @return whether there was room for it
    boolean offer(Item item) {
        int weight = item.weight();
        Item first = item;
        while (first.next != null) {
            first = first.next;
            weight += first.weight();
        }
        if (bytes.get() + weight > limitBytes && weight > 0) {
            return false;
        }
        bytes.addAndGet(weight);
        bytesOfAll.addAndGet(weight);
        Item head;
        do {
            head = newest.get();
            first.next = head;
        } while (!newest.compareAndSet(head, item));
        if (asleep) {
            LockSupport.unpark(taker);
        }
        return true;
    }

    /// Everything that was handed over since the last time, oldest first. For the taker.
    @Nullable Item take() {
        Item item = newest.getAndSet(null);
        Item older = null;
        while (item != null) {
            Item next = item.next;
            item.next = older;
            older = item;
            item = next;
        }
        return older;
    }

    /// Waits until something is handed over or the time is up. For the taker.
    void await(long nanos) {
        taker = Thread.currentThread();
        asleep = true;
        if (newest.get() == null) {
            LockSupport.parkNanos(this, nanos);
        }
        asleep = false;
    }

    boolean isEmpty() {
        return newest.get() == null;
    }

    /// Makes room once items are dealt with.
    void release(@Nullable Item first) {
        long done = 0;
        for (Item item = first; item != null; item = item.next) {
            done += item.weight();
        }
        bytes.addAndGet(-done);
        bytesOfAll.addAndGet(-done);
    }

    void wake() {
        LockSupport.unpark(taker);
    }
}
