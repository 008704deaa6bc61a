package dev.firsttoken.gateway.relay;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.firsttoken.gateway.config.Config.Deadlines;
import dev.firsttoken.gateway.config.Config.Limits;
import dev.firsttoken.gateway.config.Config.OnDisconnect;
import dev.firsttoken.gateway.dialect.Lane;
import dev.firsttoken.gateway.downstream.ClientExchange;
import dev.firsttoken.gateway.log.LogBudget;
import dev.firsttoken.gateway.log.StreamLog;
import dev.firsttoken.gateway.metering.StreamMeter;
import dev.firsttoken.gateway.routing.Deployment;
import dev.firsttoken.gateway.upstream.UpstreamCall;
import dev.firsttoken.gateway.upstream.UpstreamListener;
import dev.firsttoken.gateway.upstream.UpstreamRequest;
import dev.firsttoken.gateway.upstream.Upstreams;
import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.json.JsonException;
import dev.firsttoken.wire.json.Utf8Buffer;
import dev.firsttoken.wire.sse.SseDecoder;
import dev.firsttoken.wire.sse.SseFrame;
import dev.firsttoken.wire.sse.SseLimitException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
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
final class LiveStream
        implements UpstreamListener, SseDecoder.Sink, StreamClock.Owner, AutoCloseable {

    /// A loop's scratch space for bytes on their way from a network buffer to the decoder.
    private static final FastThreadLocal<byte[]> SCRATCH =
            new FastThreadLocal<>() {
                @Override
                protected byte[] initialValue() {
                    return new byte[64 * 1024];
                }
            };

    private static final Failure NOBODY_READS =
            Failure.of(Failure.Kind.CLIENT_GONE, "the client went away");
    private static final Failure STOPPED =
            Failure.of(Failure.Kind.STOPPED, "the answer was stopped on request");

    private final String id;
    private final EventLoop loop;
    private final Lane lane;
    private final Upstreams upstreams;
    private final Deadlines deadlines;
    private final Limits limits;
    private final StreamMeter meter;
    private final StreamLog log;
    private final Readers readers;
    private final ClientReader first;
    private final Disconnect disconnect;
    private final StreamClock clock;
    private final CompletableFuture<Ending> ended = new CompletableFuture<>();
    private final Lane.Out toLog;

    // The attempt that is under way.
    private @Nullable CompletableFuture<Attempt> answer;
    private @Nullable Deployment deployment;
    private @Nullable UpstreamCall call;
    private SseDecoder decoder;
    private int status;
    private Map<String, String> providerHeaders = Map.of();
    private @Nullable Utf8Buffer errorBody;

    /// Content was seen: this attempt is the answer.
    private boolean opened;

    private @Nullable Ending ending;

    // How far the answer had come when its last reader left.
    private int aloneAfterDeltas;
    private long aloneAfterBytes;

    /// Why the server ended the stream, if it did.
    private @Nullable Failure cutWith;

    LiveStream(
            String id,
            ClientExchange client,
            Lane lane,
            Upstreams upstreams,
            Deadlines deadlines,
            Limits limits,
            int mostReaders,
            Disconnect disconnect,
            LogBudget budget,
            StreamMeter meter) {
        this.id = id;
        this.loop = client.eventLoop();
        this.lane = lane;
        this.upstreams = upstreams;
        this.deadlines = deadlines;
        this.limits = limits;
        this.meter = meter;
        this.log = new StreamLog(budget);
        this.toLog = log::append;
        this.disconnect = disconnect;
        this.readers = new Readers(loop, log, mostReaders);
        readers.onLeft(this::readerLeft);
        readers.onWritable(this::flushLog);
        readers.onSent(this::sent);
        readers.head(StreamHead.of(id, Map.of()));
        this.first = readers.first(client);
        this.clock = new StreamClock(loop, deadlines, meter.receivedNanos(), this);
        this.decoder = newDecoder();
    }

    private SseDecoder newDecoder() {
        return new SseDecoder(limits.sseLineBytes(), limits.sseEventBytes());
    }

    String id() {
        return id;
    }

    Readers readers() {
        return readers;
    }

    StreamLog log() {
        return log;
    }

    // ---- the request's virtual thread ------------------------------------------------------

    /// Tries one deployment until it yields its first content.
    Attempt open(Deployment to, byte[] body) throws InterruptedException {
        var outcome = new CompletableFuture<Attempt>();
        loop.execute(() -> {
            try {
                start(to, body, outcome);
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
            log.finish();
            readers.outlive();
        });
    }

    // ---- the attempt -------------------------------------------------------------------------

    private void start(Deployment to, byte[] body, CompletableFuture<Attempt> outcome) {
        if (ending != null) {
            outcome.complete(new Attempt.Abandoned());
            return;
        }
        if (cutWith != null) {
            outcome.complete(new Attempt.Refused(cutWith, null));
            return;
        }
        answer = outcome;
        deployment = to;
        decoder = newDecoder();
        errorBody = null;
        status = 0;
        lane.restart();
        log.restart();
        meter.attempt(to.provider());
        clock.attemptStarted();
        call =
                upstreams.open(
                        loop,
                        to.endpoint(),
                        UpstreamRequest.post("/chat/completions", body, true),
                        deadlines.connect(),
                        this);
    }

    @Override
    public void connected() {
        // The first-token deadline runs since the attempt's start, so there is nothing to do.
    }

    @Override
    public void head(int responseStatus, HttpHeaders headers) {
        status = responseStatus;
        providerHeaders = ProviderHeaders.passed(headers);
        if (status != 200) {
            errorBody = new Utf8Buffer(512);
            return;
        }
        String type = headers.get("content-type");
        if (type != null && !type.regionMatches(true, 0, "text/event-stream", 0, 17)) {
            cancelCall();
            refuse(ProviderRefusal.invalid("the provider's answer is not an event stream"));
            return;
        }
        Attempt.Refused compressed = ProviderRefusal.ofCompressed(status, headers);
        if (compressed != null) {
            cancelCall();
            refuse(compressed);
        }
    }

    @Override
    public void body(ByteBuf bytes) {
        int count = bytes.readableBytes();
        if (errorBody != null) {
            int room = ProviderRefusal.maxBodyBytes() - errorBody.length();
            byte[] part = new byte[Math.min(count, Math.max(0, room))];
            bytes.readBytes(part);
            errorBody.put(part);
            return;
        }
        byte[] scratch = SCRATCH.get();
        try {
            while (count > 0 && ending == null) {
                int part = Math.min(count, scratch.length);
                bytes.readBytes(scratch, 0, part);
                decoder.feed(scratch, 0, part, this);
                count -= part;
            }
        } catch (SseLimitException e) {
            broke(Failure.of(Failure.Kind.INVALID, "in the provider's stream " + e.getMessage()));
        }
    }

    /// One frame of the provider's stream.
    @Override
    public void frame(SseFrame frame) {
        if (ending != null || call == null) {
            return;
        }
        try {
            lane.frame(frame, toLog);
        } catch (JsonException e) {
            // A last line without its end is a cut, not a provider that cannot write JSON.
            if (frame.isTerminated()) {
                broke(
                        Failure.of(
                                Failure.Kind.INVALID,
                                "the provider sent an event that is not JSON: " + e.getMessage()));
            }
            return;
        }
        Failure reported = lane.reported();
        if (reported != null) {
            broke(withoutSecret(reported));
            return;
        }
        if (frame.hasData()) {
            long now = System.nanoTime();
            clock.progress(now);
            if (lane.isThinking()) {
                clock.thinking(now);
            }
            if (lane.hasContent()) {
                meter.content(now);
                clock.content(now);
                if (!opened) {
                    firstContent();
                }
            }
        }
        if (lane.isDone()) {
            complete();
        } else if (disconnect.policy() != OnDisconnect.CANCEL && isAloneForTooLong()) {
            abandon(NOBODY_READS);
        } else if (log.totalBytes() > limits.answerBytes()) {
            broke(
                    Failure.of(
                            Failure.Kind.INVALID,
                            "the answer is longer than " + limits.answerBytes() + " bytes"));
        }
    }

    private void firstContent() {
        opened = true;
        clock.contentStarted();
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
    public void end() {
        if (errorBody != null && deployment != null) {
            refuse(ProviderRefusal.of(deployment, status, providerHeaders, errorBody));
            return;
        }
        decoder.end(this);
        if (ending != null || call == null) {
            return;
        }
        if (lane.isComplete()) {
            complete();
        } else {
            broke(
                    Failure.of(
                            Failure.Kind.TRUNCATED,
                            "the provider's stream ended before its answer did"));
        }
    }

    @Override
    public void failed(Failure failure) {
        if (errorBody != null && deployment != null) {
            // The status alone says enough, and it is all that is left.
            refuse(ProviderRefusal.of(deployment, status, providerHeaders, errorBody));
        } else if (lane.isComplete()) {
            complete();
        } else {
            broke(failure);
        }
    }

    private void complete() {
        if (call != null) {
            call.leave();
            call = null;
        }
        if (!opened) {
            // A complete answer without a word is still the answer.
            firstContent();
        }
        finish(null);
        flushLog();
    }

    /// Something went wrong with the provider: another attempt if nothing was shown, else the end.
    private void broke(Failure failure) {
        cancelCall();
        if (opened) {
            finish(failure);
            flushLog();
        } else {
            refuse(new Attempt.Refused(failure, null));
        }
    }

    private void refuse(Attempt.Refused refused) {
        cancelCall();
        clock.attemptEnded();
        if (answer != null) {
            answer.complete(refused);
            answer = null;
        }
    }

    private void cancelCall() {
        if (call != null) {
            call.cancel();
            call = null;
        }
    }

    // ---- the client ------------------------------------------------------------------------

    private void commitNow() {
        if (!first.isStarted() && readers.isReading(first)) {
            first.start(StreamHead.of(id, opened ? providerHeaders : Map.of()));
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
            readers.deliver();
        }
        readers.read();
        if (call != null) {
            if (!clock.isPaused()) {
                if (readers.areFarBehind()) {
                    call.pause();
                    clock.pause();
                }
            } else if (readers.isSomebodyNear()) {
                clock.resume(System.nanoTime());
                call.resume();
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
            // What came before any content is part of an answer that never was.
            lane.restart();
            log.restart();
        }
        ending = failure == null ? Ending.COMPLETED : new Ending(failure);
        lane.terminal(failure, failure == null ? toLog : this::appendWithoutSecret);
        log.finish();
        clock.answerEnded();
    }

    private Failure withoutSecret(Failure failure) {
        return deployment == null
                ? failure
                : new Failure(
                        failure.kind(),
                        failure.status(),
                        deployment.endpoint().withoutSecret(failure.detail()),
                        failure.retryAfter(),
                        failure.param());
    }

    /// What a provider says of a failure may hold the credential it was shown.
    private void appendWithoutSecret(byte[] bytes, int from, int to) {
        String said = new String(bytes, from, to - from, UTF_8);
        byte[] clean =
                (deployment == null ? said : deployment.endpoint().withoutSecret(said))
                        .getBytes(UTF_8);
        log.append(clean, 0, clean.length);
    }

    /// A reader has left before it had everything.
    private void readerLeft() {
        if (ending == null && readers.isEmpty()) {
            switch (disconnect.policy()) {
                case CANCEL -> abandon(NOBODY_READS);
                case DRAIN, DETACH -> goOnAlone();
            }
        }
        settleIfOver();
    }

    private void goOnAlone() {
        aloneAfterDeltas = meter.contentEvents();
        aloneAfterBytes = log.totalBytes();
        clock.resume(System.nanoTime());
        if (call != null) {
            call.resume();
        }
        loop.schedule(
                () -> {
                    if (readers.isEmpty()) {
                        abandon(NOBODY_READS);
                    }
                },
                disconnect.time().toNanos(),
                TimeUnit.NANOSECONDS);
    }

    private boolean isAloneForTooLong() {
        return readers.isEmpty()
                && (meter.contentEvents() - aloneAfterDeltas > disconnect.deltas()
                        || log.totalBytes() - aloneAfterBytes > disconnect.bytes());
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
        Failure failure =
                Failure.of(
                        Failure.Kind.TOTAL_TIMEOUT,
                        StreamClock.sentence(Failure.Kind.TOTAL_TIMEOUT, deadlines));
        broke(failure);
    }

    @Override
    public void checkReaders(long nowNanos) {
        readers.cutStuck(nowNanos, deadlines.writeStall().toNanos());
    }
}
