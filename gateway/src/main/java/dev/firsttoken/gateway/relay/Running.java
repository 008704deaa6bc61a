package dev.firsttoken.gateway.relay;

import dev.firsttoken.wire.event.Failure;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/// The requests that are being answered, so that a stop can wait for them and end the rest.
///
/// Used by virtual threads, once at a request's beginning and once at its end.
final class Running {

    /// One running request.
    final class Entry implements AutoCloseable {
        private final Consumer<Failure> cut;

        Entry(Consumer<Failure> cut) {
            this.cut = cut;
        }

        @Override
        public void close() {
            synchronized (Running.this) {
                entries.remove(this);
                if (entries.isEmpty()) {
                    Running.this.notifyAll();
                }
            }
        }
    }

    private final Set<Entry> entries = new HashSet<>();

    /// Until when a wait lasts.
    private long byNanos;

    /// @param cut ends the request with a failure that it tells its client
    synchronized Entry add(Consumer<Failure> cut) {
        var entry = new Entry(cut);
        entries.add(entry);
        return entry;
    }

    synchronized int count() {
        return entries.size();
    }

    /// Waits until nothing runs, at most as long as given.
    synchronized boolean awaitNone(Duration patience) throws InterruptedException {
        byNanos = System.nanoTime() + patience.toNanos();
        while (!entries.isEmpty()) {
            long leftMillis = (byNanos - System.nanoTime()) / 1_000_000;
            if (leftMillis <= 0) {
                return false;
            }
            wait(leftMillis);
        }
        return true;
    }

    /// Lets a wait that is under way last no longer than this from now.
    synchronized void hurry(Duration patience) {
        long sooner = System.nanoTime() + patience.toNanos();
        if (sooner - byNanos < 0) {
            byNanos = sooner;
            notifyAll();
        }
    }

    /// @return how many were told to end
    int cutAll(Failure failure) {
        List<Entry> all;
        synchronized (this) {
            all = List.copyOf(entries);
        }
        all.forEach(entry -> entry.cut.accept(failure));
        return all.size();
    }
}
