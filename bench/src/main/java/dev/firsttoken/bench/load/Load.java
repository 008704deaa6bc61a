package dev.firsttoken.bench.load;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A fixed number of clients on one event loop, each of which keeps one stream open.
///
/// Closed loop: a client asks again when its stream has ended, so the number of streams is what is
/// held and the rate follows from the upstream's pace. Everything but the constructor, `run`,
/// `open`, `leave` and `close` happens on the event loop.
final class Load implements Crew, AutoCloseable {

    private static final Duration RETRY_AFTER = Duration.ofMillis(100);

    private final LoadPlan plan;
    private final Measurement measurement;
    private final ClientLoop loop;
    private final List<Connection> connections = new ArrayList<>();
    private boolean restarting;

    Load(LoadPlan plan) {
        this.plan = plan;
        this.measurement = new Measurement(plan.watchedPids(), plan.harnessPids());
        this.restarting = plan.restart();
        this.loop = new ClientLoop(plan.target().endpoint());
    }

    /// Opens, settles, measures, drains: the whole plan, start to end.
    Measurement run() throws InterruptedException {
        open();
        pause(plan.rampUp().plus(plan.warmUp()));
        loop.call(measurement::openWindow);
        pause(plan.window());
        loop.call(() -> {
            measurement.closeWindow();
            restarting = false;
        });
        if (!loop.until(
                () -> connections.stream().noneMatch(Connection::isStreaming), plan.drain())) {
            loop.call(() -> {
                for (Connection connection : connections) {
                    if (connection.isStreaming()) {
                        measurement.faults.add("did not end within the drain time");
                    }
                }
            });
        }
        return measurement;
    }

    /// Starts all clients, evenly spread over the ramp, so that their streams do not beat in step.
    void open() {
        long startNanos = System.nanoTime();
        long spacingNanos = plan.rampUp().toNanos() / plan.streams();
        for (int i = 0; i < plan.streams(); i++) {
            var connection = new Connection(loop, this, plan.target().endpoint().api());
            connections.add(connection);
            loop.at(startNanos + i * spacingNanos, () -> connect(connection));
        }
    }

    /// Waits until every client has asked and, if wanted, has read some content. A fault ends the
    /// waiting.
    boolean allOpen(boolean withContent, Duration patience) throws InterruptedException {
        loop.until(
                () ->
                        measurement.faults.total() > 0
                                || connections.stream().allMatch(c -> isOpen(c, withContent)),
                patience);
        return streaming() == connections.size();
    }

    private static boolean isOpen(Connection connection, boolean withContent) {
        return connection.isStreaming() && (!withContent || connection.contentEvents() > 0);
    }

    int streaming() throws InterruptedException {
        int[] count = new int[1];
        loop.call(() ->
                count[0] = (int) connections.stream().filter(Connection::isStreaming).count());
        return count[0];
    }

    Measurement measurement() {
        return measurement;
    }

    /// All clients go away at once.
    ///
    /// @return the time of `System.nanoTime` just before the first of them went
    long leave(boolean reset) throws InterruptedException {
        long[] leftAtNanos = new long[1];
        loop.call(() -> {
            restarting = false;
            leftAtNanos[0] = System.nanoTime();
            for (Connection connection : connections) {
                connection.leave(reset);
            }
        });
        return leftAtNanos[0];
    }

    @Override
    public void close() {
        loop.close();
    }

    @Override
    public void connected(Connection connection) {
        connection.ask(plan.target().request(), plan.expected(), System.nanoTime());
    }

    @Override
    public void arrived(Connection connection, int events, long waitNanos, boolean first) {
        if (!measurement.windowIsOpen()) {
            return;
        }
        measurement.contentEvents += events;
        (first ? measurement.firstToken : measurement.gap).record(waitNanos);
        for (int i = 1; i < events; i++) {
            measurement.gap.record(0);
        }
    }

    /// After a fault the next stream waits a moment, so that a dead target is not hammered.
    @Override
    public void ended(Connection connection, @Nullable String fault) {
        measurement.comments += connection.comments();
        if (fault == null) {
            measurement.finished++;
        } else {
            measurement.faults.add(fault);
        }
        if (!restarting) {
            return;
        }
        if (connection.isIdle()) {
            connected(connection);
        } else if (fault == null) {
            connect(connection);
        } else {
            loop.after(RETRY_AFTER, () -> connect(connection));
        }
    }

    @Override
    public void lost(Connection connection) {
        if (restarting) {
            connect(connection);
        }
    }

    private void connect(Connection connection) {
        if (connection.isGone()) {
            return;
        }
        loop.connect(
                connection,
                null,
                cause -> {
                    measurement.faults.add("connect: " + cause.getMessage());
                    if (restarting) {
                        loop.after(RETRY_AFTER, () -> connect(connection));
                    }
                });
    }

    private static void pause(Duration duration) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(duration.toNanos());
    }
}
