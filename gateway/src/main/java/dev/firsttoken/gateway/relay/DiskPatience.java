package dev.firsttoken.gateway.relay;

import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Looks after the streams of one event loop that wait for the disk: a stream whose disk takes too
/// long goes on without it.
///
/// One timer per loop, and none while nobody waits. Owned by the loop.
final class DiskPatience implements Runnable {

    private final EventLoop loop;
    private final long lookEveryNanos;
    private final List<Recorder> waiting = new ArrayList<>();
    private boolean ticking;

    /// @param wait how long one write may take
    DiskPatience(EventLoop loop, Duration wait) {
        this.loop = loop;
        this.lookEveryNanos = Math.max(1_000_000, wait.toNanos() / 2);
    }

    void add(Recorder recorder) {
        recorder.place = waiting.size();
        waiting.add(recorder);
        if (!ticking) {
            tick();
        }
    }

    void remove(Recorder recorder) {
        Recorder last = waiting.removeLast();
        if (last != recorder) {
            waiting.set(recorder.place, last);
            last.place = recorder.place;
        }
        recorder.place = Recorder.NOWHERE;
    }

    private void tick() {
        ticking = true;
        loop.schedule(this, lookEveryNanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void run() {
        ticking = false;
        for (int i = waiting.size() - 1; i >= 0; i--) {
            waiting.get(i).look();
        }
        if (!waiting.isEmpty()) {
            tick();
        }
    }
}
