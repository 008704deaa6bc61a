package dev.firsttoken.gateway.relay;

import dev.firsttoken.gateway.admission.Caller;
import dev.firsttoken.gateway.config.Config;
import dev.firsttoken.gateway.dialect.Dialects;
import dev.firsttoken.gateway.log.Archive;
import dev.firsttoken.gateway.log.LogBudget;
import dev.firsttoken.gateway.log.StreamLog;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The streams that can be read by their id: those that run, and for a while those that have ended.
///
/// Whose a stream is, is asked here and nowhere else: to everybody but its owner it does not exist.
/// Used by the virtual threads of requests.
public final class Streams {

    /// One stream as others may know it.
    public static final class Entry {
        private final String id;
        private final String owner;
        private final String dialect;
        private final String model;
        private final @Nullable String conversation;
        private final Instant started;
        private final EventLoop loop;
        private final Readers readers;
        private final StreamLog log;
        private volatile @Nullable LiveStream running;
        private volatile long endedNanos;

        private final BooleanSupplier kept;
        private final BooleanSupplier readable;

        /// A running stream.
        private Entry(
                LiveStream stream,
                String owner,
                String dialect,
                String model,
                @Nullable String conversation,
                EventLoop loop,
                BooleanSupplier onDisk) {
            this.id = stream.id();
            this.owner = owner;
            this.dialect = dialect;
            this.model = model;
            this.conversation = conversation;
            this.started = Instant.now();
            this.loop = loop;
            this.readers = stream.readers();
            this.log = stream.log();
            this.running = stream;
            this.kept = stream.kept();
            this.readable = onDisk;
        }

        /// A stream that was found on disk.
        private Entry(
                StreamStore.Stored stored,
                Archive archive,
                EventLoop loop,
                int mostReaders,
                LogBudget budget,
                BooleanSupplier onDisk) {
            this.id = stored.stream().id();
            this.owner = stored.meta().owner();
            this.dialect = stored.meta().dialect();
            this.model = stored.meta().model();
            this.conversation = null;
            this.started = stored.stream().createdAt();
            this.loop = loop;
            this.log =
                    StreamLog.archived(
                            budget, archive, stored.stream().lastSeq(), stored.stream().bytes());
            this.readers =
                    Readers.ofStored(
                            loop,
                            log,
                            Dialects.named(dialect).orElseGet(Dialects::usual).form(),
                            mostReaders,
                            stored.meta().head(),
                            stored.lastReceivable());
            this.kept = () -> true;
            this.readable = onDisk;
        }

        public String id() {
            return id;
        }

        public String dialect() {
            return dialect;
        }

        /// A configured name, or `other`.
        public String model() {
            return model;
        }

        public Instant started() {
            return started;
        }

        public boolean isRunning() {
            return running != null;
        }

        /// Whether it was kept and is no longer: for a while it is known that there was one.
        public boolean isGone() {
            return !isRunning() && kept.getAsBoolean() && !readable.getAsBoolean();
        }

        /// Ends the answer at the provider, if it is still running.
        public void stop() {
            LiveStream stream = running;
            if (stream != null) {
                stream.stop();
            }
        }

        Readers readers() {
            return readers;
        }

        private void forget() {
            loop.execute(log::close);
        }
    }

    private final Map<String, Entry> byId = new ConcurrentHashMap<>();
    private final Deque<Entry> ended = new ConcurrentLinkedDeque<>();
    private final AtomicInteger endedCount = new AtomicInteger();
    private final LongAdder evicted = new LongAdder();
    private final LogBudget budget;
    private final @Nullable StreamStore store;
    private final Supplier<EventLoop> anyLoop;

    /// @param store the streams on disk, or null when streams are in memory alone
    /// @param anyLoop gives the loop on which a stream that is only on disk is read
    public Streams(LogBudget budget, @Nullable StreamStore store, Supplier<EventLoop> anyLoop) {
        this.budget = budget;
        this.store = store;
        this.anyLoop = anyLoop;
    }

    /// A running stream's place in the list. Closing it says that the stream has ended, and that
    /// from now on it is only kept.
    final class Listed implements AutoCloseable {
        private final Entry entry;
        private final Config.Streams rules;
        private boolean forgotten;

        private Listed(Entry entry, Config.Streams rules) {
            this.entry = entry;
            this.rules = rules;
        }

        /// There is nothing in the stream that anybody could read.
        void forget() {
            forgotten = true;
        }

        @Override
        public void close() {
            entry.running = null;
            if (forgotten || rules.keep().isZero()) {
                byId.remove(entry.id);
                entry.forget();
                return;
            }
            entry.endedNanos = System.nanoTime();
            ended.addLast(entry);
            endedCount.incrementAndGet();
            sweep(rules);
        }
    }

    Listed add(
            LiveStream stream,
            Caller owner,
            String dialect,
            String model,
            @Nullable String conversation,
            EventLoop loop,
            Config.Streams rules) {
        // The name alone: what asks about the disk outlives the running stream.
        String id = stream.id();
        var entry =
                new Entry(
                        stream, owner.id(), dialect, model, conversation, loop, () -> isOnDisk(id));
        byId.put(entry.id, entry);
        return new Listed(entry, rules);
    }

    /// The stream of this name, if it is the caller's. May wait for the disk.
    public @Nullable Entry find(String id, Caller caller, Config.Streams rules) {
        Entry entry = byId.get(id);
        if (entry == null) {
            entry = findOnDisk(id, caller, rules);
        }
        return entry != null && entry.owner.equals(caller.id()) ? entry : null;
    }

    private @Nullable Entry findOnDisk(String id, Caller caller, Config.Streams rules) {
        StreamStore.Stored stored = store == null ? null : store.find(id);
        if (store == null || stored == null || !stored.meta().owner().equals(caller.id())) {
            return null;
        }
        EventLoop loop = anyLoop.get();
        var found =
                new Entry(
                        stored,
                        store.archive(id, loop),
                        loop,
                        rules.readers(),
                        budget,
                        () -> isOnDisk(id));
        if (found.isGone()) {
            return found;
        }
        Entry other = byId.putIfAbsent(id, found);
        if (other != null) {
            return other;
        }
        found.endedNanos = System.nanoTime();
        ended.addLast(found);
        endedCount.incrementAndGet();
        return found;
    }

    private boolean isOnDisk(String id) {
        return store != null && store.isReadable(id);
    }

    /// The caller's own running streams, oldest first.
    public List<Entry> running(Caller caller) {
        return byId.values().stream()
                .filter(entry -> entry.isRunning() && entry.owner.equals(caller.id()))
                .sorted(Comparator.comparing(Entry::started))
                .toList();
    }

    /// The latest of the caller's own running streams that is a part of this conversation.
    public @Nullable Entry running(Caller caller, String dialect, String conversation) {
        return running(caller).reversed().stream()
                .filter(entry -> entry.dialect.equals(dialect))
                .filter(entry -> conversation.equals(entry.conversation))
                .findFirst()
                .orElse(null);
    }

    /// Streams that have ended and can still be read.
    public int kept() {
        return endedCount.get();
    }

    /// Ended streams that were given up before their time, because of their number or their bytes.
    public long evicted() {
        return evicted.sum();
    }

    /// Lets go of what has been kept for long enough, and of the oldest if there is too much.
    public void sweep(Config.Streams rules) {
        long now = System.nanoTime();
        Duration keep = rules.keep();
        while (true) {
            Entry oldest = ended.peekFirst();
            if (oldest == null) {
                return;
            }
            boolean old = now - oldest.endedNanos >= keep.toNanos();
            boolean tooMany = endedCount.get() > rules.kept() || budget.isExhausted();
            if (!old && !tooMany) {
                return;
            }
            if (ended.removeFirstOccurrence(oldest)) {
                endedCount.decrementAndGet();
                byId.remove(oldest.id);
                oldest.forget();
                if (!old && !oldest.kept.getAsBoolean()) {
                    evicted.increment();
                }
            }
            if (!old && budget.isExhausted()) {
                // Its pages come back on its own loop; one at a time is enough.
                return;
            }
        }
    }
}
