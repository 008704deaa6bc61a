package dev.firsttoken.bench.load;

import dev.firsttoken.bench.load.OpenLoopRun.Slice;
import dev.firsttoken.bench.stats.Histogram;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/// Starts streams when they are due and measures each from that moment on, so that a server (or a
/// generator) that keeps clients waiting cannot make them disappear from the figures.
///
/// A stream takes a connection that is idle, or a new one. Everything but `run` happens on the
/// event loop.
public final class OpenLoop implements Crew {

    private static final Duration TELL_EVERY = Duration.ofMillis(200);
    private static final long SHORTEST_SLICE_NANOS = 1_000_000_000;
    private static final int MOST_SLICES = 120;

    private final OpenLoopPlan plan;
    private final List<Ask> asks;
    private final ClientLoop loop;
    private final SplittableRandom random;
    private final long[] dueNanos;
    private final long warmUpNanos;
    private final long endNanos;
    private final Measurement measurement;
    private final Histogram whole = new Histogram();
    private final Histogram late = new Histogram();
    private final List<Piece> pieces = new ArrayList<>();
    private final long pieceNanos;

    private final Deque<Client> idle = new ArrayDeque<>();
    private final Set<Client> underWay = new HashSet<>();
    private long startNanos;
    private int next;
    private int counted;
    private int readers;
    private int complete;
    private int good;
    private int left;
    private int slow;
    private int slowComplete;
    private int slowCut;
    private int reconnected;
    private int mostAtOnce;

    /// A question as bytes, and what has to be answered.
    private record Ask(byte[] request, @Nullable Answer expected) {}

    /// How far a run has come.
    public record Progress(double seconds, double ofSeconds, int underWay, int complete, int bad) {}

    /// One slice while it is being filled.
    private static final class Piece {
        private final Histogram gap = Histogram.coarse();
        private final Histogram firstToken = Histogram.coarse();
        private int due;
        private int underWay;
        private long events;
    }

    /// One client and the stream it has.
    private final class Client extends Connection {

        private final @Nullable SlowReading pace;
        private Ask ask = asks.getFirst();
        private long due;
        private boolean counts;
        private boolean kept;
        private int leaveAfter;
        private long firstTokenNanos;
        private int gaps;
        private int lateGaps;

        Client(@Nullable SlowReading pace) {
            super(loop, OpenLoop.this, plan.endpoint().api());
            this.pace = pace;
        }

        /// Whether the objective is about it.
        boolean isReader() {
            return pace == null && leaveAfter == 0;
        }
    }

    private OpenLoop(OpenLoopPlan plan) throws IOException {
        this.plan = plan;
        this.random = new SplittableRandom(plan.seed());
        this.warmUpNanos = plan.warmUp().toNanos();
        Duration length = plan.warmUp().plus(plan.window());
        this.endNanos = length.toNanos();
        this.dueNanos = plan.shape().arrivalNanos(length, plan.even(), plan.seed());
        this.measurement =
                new Measurement(plan.watchedPids(), List.of(ProcessHandle.current().pid()));
        this.pieceNanos = Math.max(SHORTEST_SLICE_NANOS, endNanos / MOST_SLICES);
        this.asks = asks(plan);
        this.loop = new ClientLoop(plan.endpoint());
    }

    /// Runs the plan.
    ///
    /// @param progress told a few times a second how far it is
    /// @throws IOException when the reference could not be asked
    public static OpenLoopRun run(OpenLoopPlan plan, Consumer<Progress> progress)
            throws IOException, InterruptedException {
        var open = new OpenLoop(plan);
        try (ClientLoop loop = open.loop) {
            loop.call(open::begin);
            while (!loop.until(open::isOver, TELL_EVERY)) {
                progress.accept(open.progress());
            }
            long byNanos = System.nanoTime() + plan.drain().toNanos();
            while (!loop.until(open::nobodyReads, TELL_EVERY) && System.nanoTime() - byNanos < 0) {
                progress.accept(open.progress());
            }
            loop.call(open::leaveAll);
        }
        return open.result();
    }

    private static List<Ask> asks(OpenLoopPlan plan) throws IOException {
        Questions questions = plan.questions();
        List<@Nullable Integer> lengths = new ArrayList<>(questions.maxTokens());
        if (lengths.isEmpty()) {
            lengths.add(null);
        }
        var asks = new ArrayList<Ask>();
        for (String model : questions.models()) {
            for (String prompt : questions.prompts()) {
                for (Integer length : lengths) {
                    asks.add(
                            new Ask(
                                    Target.of(plan.endpoint(), model, prompt, length).request(),
                                    plan.reference() == null
                                            ? null
                                            : Answer.learn(
                                                    Target.of(
                                                            plan.reference(),
                                                            model,
                                                            prompt,
                                                            length))));
                }
            }
        }
        return asks;
    }

    private void begin() {
        startNanos = System.nanoTime();
        loop.at(startNanos + warmUpNanos, measurement::openWindow);
        loop.at(startNanos + endNanos, measurement::closeWindow);
        startDue();
    }

    private void startDue() {
        while (next < dueNanos.length) {
            long due = startNanos + dueNanos[next];
            if (System.nanoTime() - due < 0) {
                loop.at(due, this::startDue);
                return;
            }
            start(due);
            next++;
        }
    }

    private void start(long due) {
        boolean counts = due - startNanos >= warmUpNanos;
        double lot = random.nextDouble();
        Ask ask = asks.get(random.nextInt(asks.size()));
        int leaveAfter = 1 + random.nextInt(plan.manners().leaveWithinEvents());
        boolean reads = lot >= plan.manners().slowShare() + plan.manners().leavingShare();
        boolean isSlow = lot < plan.manners().slowShare();
        piece(due).due++;
        if (counts) {
            late.record(System.nanoTime() - due);
            counted++;
            readers += reads ? 1 : 0;
            slow += isSlow ? 1 : 0;
        }
        if (underWay.size() >= plan.mostStreams()) {
            problem(counts, "not begun: " + plan.mostStreams() + " streams were under way");
            return;
        }
        Client client =
                isSlow
                        ? new Client(new SlowReading(plan.manners().slowBytesPerSecond()))
                        : idleOrNew();
        client.ask = ask;
        client.due = due;
        client.counts = counts;
        client.leaveAfter = reads || isSlow ? 0 : leaveAfter;
        client.firstTokenNanos = 0;
        client.gaps = 0;
        client.lateGaps = 0;
        underWay.add(client);
        mostAtOnce = Math.max(mostAtOnce, underWay.size());
        if (client.isIdle()) {
            client.kept = true;
            connected(client);
        } else {
            connect(client);
        }
    }

    private Client idleOrNew() {
        for (Client client = idle.poll(); client != null; client = idle.poll()) {
            if (client.isIdle()) {
                return client;
            }
        }
        return new Client(null);
    }

    private void connect(Client client) {
        client.kept = false;
        loop.connect(
                client,
                client.pace,
                cause -> {
                    underWay.remove(client);
                    problem(client.counts, "connect: " + cause.getMessage());
                });
    }

    @Override
    public void connected(Connection connection) {
        var client = (Client) connection;
        client.ask(client.ask.request(), client.ask.expected(), client.due);
    }

    @Override
    public void arrived(Connection connection, int events, long waitNanos, boolean first) {
        var client = (Client) connection;
        Piece piece = piece(System.nanoTime());
        piece.events += events;
        if (measurement.windowIsOpen()) {
            measurement.contentEvents += events;
        }
        if (first) {
            client.firstTokenNanos = waitNanos;
        } else {
            client.gaps++;
            client.lateGaps += plan.objective().isLate(waitNanos) ? 1 : 0;
        }
        client.gaps += events - 1;
        // How long somebody waits who reads slowly says nothing about the server.
        if (client.pace == null) {
            (first ? piece.firstToken : piece.gap).record(waitNanos);
            if (client.counts) {
                (first ? measurement.firstToken : measurement.gap).record(waitNanos);
            }
            if (events > 1) {
                piece.gap.record(0, events - 1);
                if (client.counts) {
                    measurement.gap.record(0, events - 1);
                }
            }
        }
        if (client.leaveAfter > 0 && client.contentEvents() >= client.leaveAfter) {
            underWay.remove(client);
            left += client.counts ? 1 : 0;
            client.leave(random.nextBoolean());
        }
    }

    @Override
    public void ended(Connection connection, @Nullable String fault) {
        var client = (Client) connection;
        if (fault != null && client.kept && !client.isAnswered()) {
            // The server closed it while it was idle, which it may; no client would give up here.
            reconnected++;
            connect(client);
            return;
        }
        underWay.remove(client);
        if (fault != null && client.pace != null) {
            // Servers may give up on those who do not read.
            slowCut += client.counts ? 1 : 0;
        } else if (fault != null) {
            problem(client.counts, fault);
        } else if (client.counts) {
            if (client.isReader()) {
                complete++;
                whole.record(System.nanoTime() - client.due);
                good +=
                        plan.objective()
                                        .isMetBy(
                                                client.firstTokenNanos,
                                                client.gaps,
                                                client.lateGaps)
                                ? 1
                                : 0;
            } else {
                slowComplete += client.pace != null ? 1 : 0;
            }
        }
        if (client.isIdle() && client.pace == null) {
            idle.push(client);
        } else if (client.isIdle()) {
            client.leave(false);
        }
    }

    @Override
    public void lost(Connection connection) {
        // It is found to be gone when somebody wants it.
    }

    private void problem(boolean counts, String what) {
        if (counts) {
            measurement.faults.add(what);
        }
    }

    private Piece piece(long nanos) {
        int wanted = (int) ((nanos - startNanos) / pieceNanos);
        while (pieces.size() <= wanted) {
            if (!pieces.isEmpty()) {
                pieces.getLast().underWay = underWay.size();
            }
            pieces.add(new Piece());
        }
        return pieces.get(wanted);
    }

    private boolean isOver() {
        return System.nanoTime() - startNanos >= endNanos && next == dueNanos.length;
    }

    /// Whether nobody is left to wait for. Slow readers could take for ever.
    private boolean nobodyReads() {
        return underWay.stream().allMatch(client -> client.pace != null);
    }

    private void leaveAll() {
        measurement.closeWindow();
        for (Client client : underWay) {
            if (client.pace == null) {
                problem(client.counts, "did not end within the drain time");
            }
            client.leave(false);
        }
        underWay.clear();
        idle.forEach(client -> client.leave(false));
    }

    private Progress progress() {
        return new Progress(
                Math.min(System.nanoTime() - startNanos, endNanos) / 1e9,
                endNanos / 1e9,
                underWay.size(),
                complete,
                measurement.faults.total());
    }

    private OpenLoopRun result() {
        var slices = new ArrayList<Slice>();
        for (int i = 0; i < pieces.size(); i++) {
            Piece piece = pieces.get(i);
            slices.add(
                    new Slice(
                            i * pieceNanos / 1e9,
                            piece.due,
                            piece.underWay,
                            piece.events,
                            piece.gap,
                            piece.firstToken));
        }
        return new OpenLoopRun(
                plan,
                1,
                counted,
                readers,
                complete,
                good,
                left,
                slow,
                slowComplete,
                slowCut,
                reconnected,
                measurement.faults.byKind(),
                measurement.contentEvents,
                measurement.firstToken,
                measurement.gap,
                whole,
                late,
                mostAtOnce,
                measurement.use(),
                measurement.harnessCpuNanos(),
                List.copyOf(slices));
    }
}
