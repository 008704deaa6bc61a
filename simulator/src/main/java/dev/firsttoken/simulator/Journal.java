package dev.firsttoken.simulator;

import dev.firsttoken.simulator.answer.Header;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/// The last exchanges, oldest first, bounded in number and in bytes.
final class Journal {

    private static final int MAX_EXCHANGES = 10_000;
    private static final long MAX_BODY_BYTES = 64 << 20;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<Exchange> exchanges = new ArrayDeque<>();
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger waiting = new AtomicInteger();
    private long bodyBytes;
    private long count;

    Exchange record(
            int connection,
            boolean first,
            String protocol,
            String method,
            String path,
            List<Header> headers,
            byte[] body) {
        lock.lock();
        try {
            Exchange exchange =
                    new Exchange(
                            this,
                            ++count,
                            connection,
                            first,
                            protocol,
                            method,
                            path,
                            headers,
                            body);
            open.incrementAndGet();
            exchanges.addLast(exchange);
            bodyBytes += body.length;
            while (exchanges.size() > MAX_EXCHANGES
                    || (bodyBytes > MAX_BODY_BYTES && exchanges.size() > 1)) {
                bodyBytes -= exchanges.removeFirst().bodyBytes().length;
            }
            changed.signalAll();
            return exchange;
        } finally {
            lock.unlock();
        }
    }

    List<Exchange> exchanges() {
        lock.lock();
        try {
            return List.copyOf(exchanges);
        } finally {
            lock.unlock();
        }
    }

    int open() {
        return open.get();
    }

    void closed() {
        open.decrementAndGet();
    }

    /// Something about an exchange is different now. Costs one volatile read when nobody waits.
    void changed() {
        if (waiting.get() > 0) {
            lock.lock();
            try {
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    Exchange await(Predicate<Exchange> wanted, Duration patience) throws InterruptedException {
        long left = patience.toNanos();
        waiting.incrementAndGet();
        lock.lockInterruptibly();
        try {
            while (true) {
                for (Exchange exchange : new ArrayList<>(exchanges)) {
                    if (wanted.test(exchange)) {
                        return exchange;
                    }
                }
                if (left <= 0) {
                    throw new AssertionError(
                            "no such exchange within " + patience + "; received: " + exchanges);
                }
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
            waiting.decrementAndGet();
        }
    }

    void closeAll() {
        for (Exchange exchange : exchanges()) {
            exchange.end(Exchange.How.SIMULATOR_CLOSED);
        }
    }
}
