package dev.firsttoken.gateway.relay;

import dev.firsttoken.gateway.config.Config;
import dev.firsttoken.gateway.config.Config.Deadlines;
import dev.firsttoken.gateway.config.Config.Limits;
import dev.firsttoken.gateway.config.Config.OnDisconnect;
import dev.firsttoken.gateway.dialect.ClientDialect;
import dev.firsttoken.gateway.dialect.Lane;
import dev.firsttoken.gateway.downstream.ClientExchange;
import dev.firsttoken.gateway.log.LogBudget;
import dev.firsttoken.gateway.log.StreamLog;
import dev.firsttoken.gateway.metering.StreamMeter;
import dev.firsttoken.gateway.routing.Deployment;
import dev.firsttoken.gateway.upstream.Upstreams;
import dev.firsttoken.wire.dialect.WrittenRequest;
import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.event.StreamEvent.Usage;
import dev.firsttoken.wire.message.Loss;
import io.netty.channel.EventLoop;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// One stream while it runs: frames come in from a provider, events go into the log, and the client
/// reads the log.
///
/// [#open], [#commit], [#fail] and [#awaitEnd] are called by the request's virtual thread and
/// [#cut] by whoever stops the server; everything else happens on the client's event loop, one
/// thing after another, so that nothing here needs a lock.
///
/// Before the first content, an attempt can fail and another one start over. From the first content
/// on, there is exactly one end, and it is told to the client whatever it is.
final class LiveStream implements ProviderCall.Owner, StreamClock.Owner, Lane.Steps, AutoCloseable {

    private static final Failure NOBODY_READS =
            Failure.of(Failure.Kind.CLIENT_GONE, "the client went away");
    private static final Failure STOPPED =
            Failure.of(Failure.Kind.STOPPED, "the answer was stopped on request");

    private final String id;
    private final EventLoop loop;
    private final StreamHead head;
    private final Upstreams upstreams;
    private final Deadlines deadlines;
    private final Limits limits;
    private final StreamMeter meter;
    private final AnswerLog written;
    private final Readers readers;
    private final ClientReader first;
    private final Disconnect disconnect;
    private final StreamClock clock;
    private final Solitude solitude;
    private final CompletableFuture<Ending> ended = new CompletableFuture<>();

    // The attempt that is under way.
    private @Nullable CompletableFuture<Attempt> answer;
    private @Nullable ProviderCall provider;
    private @Nullable Lane lane;
    private List<Loss> losses = List.of();

    /// Content was seen: this attempt is the answer.
    private boolean opened;

    private @Nullable Ending ending;

    /// Why the server ended the stream, if it did.
    private @Nullable Failure cutWith;

    LiveStream(
            String id,
            ClientExchange client,
            ClientDialect dialect,
            Upstreams upstreams,
            Config config,
            Disconnect disconnect,
            LogBudget budget,
            @Nullable Keeping keeping,
            StreamMeter meter) {
        this.id = id;
        this.loop = client.eventLoop();
        this.upstreams = upstreams;
        this.deadlines = config.deadlines();
        this.head = new StreamHead(id, dialect.form(), deadlines.heartbeat());
        this.limits = config.limits();
        this.meter = meter;
        this.written = new AnswerLog(id, dialect, loop, budget, keeping, this::flushLog);
        this.disconnect = disconnect;
        this.readers =
                new Readers(
                        loop,
                        written.log(),
                        dialect.form(),
                        config.streams().readers(),
                        config.streams().pace());
        readers.onLeft(this::readerLeft);
        readers.onWritable(this::flushLog);
        readers.onSent(this::sent);
        readers.head(head.of(losses));
        this.first = readers.first(client);
        this.clock = new StreamClock(loop, deadlines, meter.receivedNanos(), this);
        this.solitude = new Solitude(disconnect, loop);
    }

    String id() {
        return id;
    }

    Readers readers() {
        return readers;
    }

    /// Says whether it will be on disk, or is. Whoever keeps that does not keep the stream.
    BooleanSupplier kept() {
        return written.kept();
    }

    StreamLog log() {
        return written.log();
    }

    // ---- the request's virtual thread ------------------------------------------------------

    /// What the provider that answers, or that was asked last, has counted. Call it after the end.
    Usage usage() {
        Lane way = lane;
        return way == null ? Usage.NONE : way.usage();
    }

    /// Events that the client did not get because nobody knows them. Call it after the end.
    int skippedEvents() {
        Lane way = lane;
        return way == null ? 0 : way.skipped();
    }

    /// Tries one deployment until it yields its first content.
    Attempt open(Deployment to, WrittenRequest request, Function<Lane.Limits, Lane> way)
            throws InterruptedException {
        var outcome = new CompletableFuture<Attempt>();
        loop.execute(() -> {
            try {
                start(to, request, way, outcome);
            } catch (RuntimeException | Error e) {
                outcome.completeExceptionally(e);
            }
        });
        return await(outcome);
    }

    /// Lets the client have its 200 and what has come so far.
    void commit() {
        loop.execute(this::commitNow);
    }

    /// Ends the stream with a failure that is told inside it.
    void fail(Failure failure) {
        loop.execute(() -> {
            finish(failure);
            commitNow();
        });
    }

    /// Ends the stream for everybody but its own client, who is told in another way.
    void refuse(Failure failure) {
        loop.execute(() -> {
            readers.release(first);
            written.forget();
            finish(failure);
            flushLog();
        });
    }

    /// Whether status and headers have left, so that a failure can only be told inside the stream.
    boolean isCommitted() throws InterruptedException {
        var committed = new CompletableFuture<Boolean>();
        loop.execute(() -> {
            // From here on no heartbeat may commit behind the caller's back.
            clock.stop();
            committed.complete(first.isStarted());
        });
        return await(committed);
    }

    /// Waits until the client has everything, or is gone.
    Ending awaitEnd() throws InterruptedException {
        return await(ended);
    }

    private static <T> T await(CompletableFuture<T> future) throws InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a stream's own step failed", e.getCause());
        }
    }

    /// Ends the stream now, whatever it is doing, and tells the client why.
    void cut(Failure failure) {
        loop.execute(() -> {
            cutWith = failure;
            broke(failure);
        });
    }

    /// Stops the answer because its caller said so.
    void stop() {
        loop.execute(() -> abandon(STOPPED));
    }

    /// Stops everything that could still happen. The log stays, for whoever reads it later.
    @Override
    public void close() {
        loop.execute(() -> {
            clock.stop();
            cancelCall();
            written.close(readers::read);
            readers.outlive();
        });
    }

    // ---- the attempt -------------------------------------------------------------------------

    private void start(
            Deployment to,
            WrittenRequest request,
            Function<Lane.Limits, Lane> way,
            CompletableFuture<Attempt> outcome) {
        if (ending != null) {
            outcome.complete(new Attempt.Abandoned());
            return;
        }
        if (cutWith != null) {
            outcome.complete(new Attempt.Refused(cutWith, null));
            return;
        }
        answer = outcome;
        provider = new ProviderCall(to, this);
        Lane taken = way.apply(new Lane.Limits(limits.sseLineBytes(), limits.sseEventBytes()));
        lane = taken;
        written.restart(provider, taken);
        losses = request.losses();
        readers.head(head.of(losses));
        meter.attempt(to.provider());
        clock.attemptStarted();
        provider.start(loop, upstreams, request, deadlines.connect());
    }

    @Override
    public void bytes(byte[] bytes, int from, int to) {
        written.feed(bytes, from, to, this);
    }

    @Override
    public void endOfBytes() {
        written.endOfBytes(this);
    }

    /// The provider has sent an event, and the lane knows everything about it.
    @Override
    public boolean step(boolean data) {
        Lane way = lane;
        ProviderCall from = provider;
        if (way == null || from == null || from.isOver()) {
            return false;
        }
        Failure failed = way.failure();
        if (failed != null) {
            broke(written.withoutSecret(failed));
            return false;
        }
        if (data) {
            long now = System.nanoTime();
            clock.progress(now);
            if (way.isThinking()) {
                clock.thinking(now);
            }
            if (way.hasContent()) {
                meter.content(now);
                clock.content(now);
                if (!opened) {
                    firstContent();
                }
            }
        }
        if (way.isDone()) {
            complete();
        } else if (readers.isEmpty() && solitude.isOver(meter.contentEvents(), written.bytes())) {
            abandon(NOBODY_READS);
        } else if (written.bytes() > limits.answerBytes()) {
            broke(
                    Failure.of(
                            Failure.Kind.INVALID,
                            "the answer is longer than " + limits.answerBytes() + " bytes"));
        }
        return !from.isOver();
    }

    private void firstContent() {
        opened = true;
        clock.contentStarted();
        if (provider != null) {
            readers.head(
                    head.of(losses, provider.headers(), provider.deployment(), meter.attempts()));
        }
        written.begin(readers.head());
        if (answer != null) {
            answer.complete(new Attempt.Opened());
            answer = null;
        }
    }

    @Override
    public void readComplete() {
        flushLog();
    }

    @Override
    public void bodyEnded(@Nullable Failure cut) {
        if (lane != null && lane.isComplete()) {
            complete();
        } else if (cut != null) {
            broke(cut);
        } else {
            broke(
                    Failure.of(
                            Failure.Kind.TRUNCATED,
                            "the provider's stream ended before its answer did"));
        }
    }

    private void complete() {
        if (provider != null) {
            provider.leave();
        }
        if (!opened) {
            // A complete answer without a word is still the answer.
            firstContent();
        }
        finish(null);
        flushLog();
    }

    /// Something went wrong with the provider: another attempt if nothing was shown, else the end.
    @Override
    public void broke(Failure failure) {
        cancelCall();
        if (opened) {
            finish(failure);
            flushLog();
        } else {
            refused(new Attempt.Refused(failure, null));
        }
    }

    @Override
    public void refused(Attempt.Refused refused) {
        cancelCall();
        clock.attemptEnded();
        if (answer != null) {
            answer.complete(refused);
            answer = null;
        }
    }

    private void cancelCall() {
        if (provider != null) {
            provider.cancel();
        }
    }

    // ---- the client ------------------------------------------------------------------------

    private void commitNow() {
        if (!first.isStarted() && readers.isReading(first)) {
            first.start(readers.head());
            clock.wrote(System.nanoTime());
        }
        flushLog();
    }

    private void sent(long nowNanos) {
        clock.wrote(nowNanos);
        if (opened && meter.firstTokenNanos() < 0 && meter.contentEvents() > 0) {
            meter.firstTokenSent(nowNanos);
        }
    }

    /// Passes on what the log holds and the readers take, and slows the provider down if that is
    /// not all.
    private void flushLog() {
        if (opened || ending != null) {
            written.record();
            readers.deliver();
        }
        readers.read();
        if (provider != null && !provider.isOver()) {
            if (!clock.isPaused()) {
                // Before the first content nobody may read, so nobody is behind.
                if (opened && readers.areFarBehind()) {
                    provider.pause();
                    clock.pause();
                }
            } else if (readers.isSomebodyNear()) {
                clock.resume(System.nanoTime());
                provider.resume();
            }
        }
        settleIfOver();
    }

    /// The request is over when its answer is, and its own client has it or is gone.
    private void settleIfOver() {
        if (ending != null && !readers.isReading(first) && !ended.isDone()) {
            clock.stop();
            boolean missedSome = !first.hasEverything() && first.isStarted();
            boolean itsFault = missedSome && disconnect.policy() == OnDisconnect.CANCEL;
            ended.complete(itsFault ? Ending.CLIENT_GONE : ending);
        }
    }

    /// Writes the terminal: after it the log says nothing more.
    private void finish(@Nullable Failure failure) {
        if (ending != null) {
            return;
        }
        cancelCall();
        if (!opened) {
            written.restart();
            written.begin(readers.head());
        }
        ending = failure == null ? Ending.COMPLETED : new Ending(failure);
        written.end(failure);
        clock.answerEnded();
    }

    /// A reader has left before it had everything.
    private void readerLeft() {
        if (ending == null && readers.isEmpty()) {
            switch (disconnect.policy()) {
                case CANCEL -> abandon(NOBODY_READS);
                case DRAIN, DETACH -> {
                    if (isIdKnown()) {
                        goOnAlone();
                    } else {
                        abandon(NOBODY_READS);
                    }
                }
            }
        }
        settleIfOver();
    }

    /// Whether anybody was told the stream's id: without it nobody can come back.
    private boolean isIdKnown() {
        return first.isStarted() || readers.wasAttached();
    }

    private void goOnAlone() {
        clock.resume(System.nanoTime());
        if (provider != null) {
            provider.resume();
        }
        solitude.begin(meter.contentEvents(), written.bytes(), this::abandonIfUnread);
    }

    private void abandonIfUnread() {
        if (readers.isEmpty()) {
            abandon(NOBODY_READS);
        }
    }

    /// Ends the answer at the provider because nobody wants it.
    private void abandon(Failure why) {
        if (ending == null) {
            finish(why);
            if (answer != null) {
                answer.complete(new Attempt.Abandoned());
                answer = null;
            }
            commitNow();
        }
    }

    // ---- the clock --------------------------------------------------------------------------

    @Override
    public void heartbeatDue() {
        // Holding back the status any longer would look like a dead server.
        commitNow();
        if (readers.heartbeat() > 0) {
            meter.heartbeat();
        }
        clock.wrote(System.nanoTime());
    }

    @Override
    public void tooLate(Failure.Kind kind) {
        broke(Failure.of(kind, StreamClock.sentence(kind, deadlines)));
    }

    @Override
    public void totalReached() {
        tooLate(Failure.Kind.TOTAL_TIMEOUT);
    }

    @Override
    public void checkReaders(long nowNanos) {
        readers.cutStuck(nowNanos, deadlines.writeStall().toNanos());
    }
}
