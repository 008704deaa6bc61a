package dev.firsttoken.bench.load;

import dev.firsttoken.bench.endpoint.Endpoint;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/// Streams that are open and stay so until all of their clients leave at once.
public final class HeldStreams implements AutoCloseable {

    private final Load load;

    private HeldStreams(Load load) {
        this.load = load;
    }

    /// Opens them, evenly over the ramp. Some may fail: see [#open()].
    public static HeldStreams begin(
            Endpoint endpoint, String model, int streams, Duration ramp, Duration patience)
            throws InterruptedException {
        var load =
                new Load(
                        new LoadPlan(
                                Target.of(endpoint, model, "Hello", null),
                                streams,
                                ramp,
                                Duration.ZERO,
                                Duration.ZERO,
                                Duration.ZERO,
                                null,
                                false,
                                List.of(),
                                List.of()));
        load.open();
        load.allOpen(false, ramp.plus(patience));
        return new HeldStreams(load);
    }

    /// How many have been asked for and have not ended.
    public int open() throws InterruptedException {
        return load.streaming();
    }

    /// What went wrong with the others.
    public Map<String, Integer> problems() {
        return load.measurement().faults.byKind();
    }

    /// All clients close their connections.
    ///
    /// @return the time of [System#nanoTime] just before the first of them did
    public long leave() throws InterruptedException {
        return load.leave(false);
    }

    @Override
    public void close() {
        load.close();
    }
}
