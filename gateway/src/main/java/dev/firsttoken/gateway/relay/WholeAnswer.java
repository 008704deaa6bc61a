package dev.firsttoken.gateway.relay;

import dev.firsttoken.gateway.config.Config.Deadlines;
import dev.firsttoken.gateway.dialect.WholeBody;
import dev.firsttoken.gateway.downstream.ClientExchange;
import dev.firsttoken.gateway.metering.StreamMeter;
import dev.firsttoken.gateway.routing.Deployment;
import dev.firsttoken.gateway.upstream.UpstreamCall;
import dev.firsttoken.gateway.upstream.UpstreamListener;
import dev.firsttoken.gateway.upstream.UpstreamRequest;
import dev.firsttoken.gateway.upstream.Upstreams;
import dev.firsttoken.wire.dialect.WrittenRequest;
import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.event.StreamEvent.Usage;
import dev.firsttoken.wire.json.Utf8Buffer;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.concurrent.Future;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// An answer that is not streamed: gathered whole, checked, and only then shown.
///
/// A provider says nothing until such an answer is complete, so *first byte* stands for *first
/// token*, and from there on *stall* applies to any two pieces. Belongs to the client's event loop,
/// except for [#fetch] and [#cut].
final class WholeAnswer implements UpstreamListener {

    private final EventLoop loop;
    private final Upstreams upstreams;
    private final Deadlines deadlines;
    private final long totalAtNanos;
    private final StreamMeter meter;
    private final Utf8Buffer body = new Utf8Buffer(1024);

    private @Nullable CompletableFuture<Attempt> answer;
    private @Nullable Deployment deployment;
    private @Nullable Function<byte[], WholeBody> way;
    private @Nullable UpstreamCall call;
    private @Nullable Future<?> timer;
    private @Nullable Failure cutWith;
    private int status;
    private Map<String, String> headers = Map.of();
    private byte[] answered = new byte[0];
    private Usage usage = Usage.NONE;
    private long startedNanos;
    private long pieceNanos;
    private boolean gone;

    WholeAnswer(
            ClientExchange client, Upstreams upstreams, Deadlines deadlines, StreamMeter meter) {
        this.loop = client.eventLoop();
        this.upstreams = upstreams;
        this.deadlines = deadlines;
        this.totalAtNanos = client.request().receivedNanos() + deadlines.total().toNanos();
        this.meter = meter;
        client.onGone(this::clientGone);
    }

    /// Tries one deployment; an [Attempt.Opened] means that [#result] is there.
    ///
    /// @param way makes of a body with status 200 what the client shall get
    Attempt fetch(Deployment to, WrittenRequest request, Function<byte[], WholeBody> way)
            throws InterruptedException {
        var outcome = new CompletableFuture<Attempt>();
        loop.execute(() -> {
            try {
                start(to, request, way, outcome);
            } catch (RuntimeException | Error e) {
                outcome.completeExceptionally(e);
            }
        });
        try {
            return outcome.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a request's own step failed", e.getCause());
        }
    }

    /// The headers that come with the answer.
    Map<String, String> headers() {
        return headers;
    }

    /// The answer as the client shall have it.
    byte[] result() {
        return answered;
    }

    /// What it cost, as the provider says.
    Usage usage() {
        return usage;
    }

    /// Gives up, because the server stops.
    void cut(Failure failure) {
        loop.execute(() -> {
            cutWith = failure;
            cancelCall();
            complete(new Attempt.Refused(failure, null));
        });
    }

    private void start(
            Deployment to,
            WrittenRequest request,
            Function<byte[], WholeBody> how,
            CompletableFuture<Attempt> outcome) {
        if (gone) {
            outcome.complete(new Attempt.Abandoned());
            return;
        }
        if (cutWith != null) {
            outcome.complete(new Attempt.Refused(cutWith, null));
            return;
        }
        answer = outcome;
        deployment = to;
        way = how;
        meter.attempt(to.provider());
        body.clear();
        status = 0;
        startedNanos = System.nanoTime();
        watch();
        if (answer == null) {
            // No time is left.
            return;
        }
        call =
                upstreams.open(
                        loop,
                        to.endpoint(),
                        UpstreamRequest.post(request.path(), request.headers(), request.body()),
                        deadlines.connect(),
                        this);
    }

    /// Looks after the deadlines: pieces only note the time, and the timer sets itself anew.
    private void watch() {
        long now = System.nanoTime();
        long silentByNanos =
                status == 0
                        ? startedNanos + deadlines.firstByte().toNanos()
                        : pieceNanos + deadlines.stall().toNanos();
        if (now - totalAtNanos >= 0) {
            tooLate(
                    Failure.Kind.TOTAL_TIMEOUT,
                    StreamClock.sentence(Failure.Kind.TOTAL_TIMEOUT, deadlines));
        } else if (now - silentByNanos < 0) {
            long wait = Math.min(totalAtNanos - now, silentByNanos - now);
            timer = loop.schedule(this::watch, wait, TimeUnit.NANOSECONDS);
        } else if (status == 0) {
            tooLate(
                    Failure.Kind.FIRST_TOKEN_TIMEOUT,
                    "no answer within " + StreamClock.seconds(deadlines.firstByte()));
        } else {
            tooLate(Failure.Kind.STALLED, StreamClock.sentence(Failure.Kind.STALLED, deadlines));
        }
    }

    private void tooLate(Failure.Kind kind, String detail) {
        cancelCall();
        complete(new Attempt.Refused(Failure.of(kind, detail), null));
    }

    @Override
    public void connected() {
        // The deadlines run since the attempt's start.
    }

    @Override
    public void head(int responseStatus, HttpHeaders responseHeaders) {
        status = responseStatus;
        pieceNanos = System.nanoTime();
        Deployment from = deployment;
        if (from == null) {
            return;
        }
        headers = ProviderHeaders.passed(responseHeaders, from.dialect());
        headers.put("content-type", "application/json");
        Attempt.Refused compressed = ProviderRefusal.ofCompressed(status, responseHeaders);
        if (compressed != null) {
            cancelCall();
            complete(compressed);
        } else {
            // Sooner than the timer that waits for the head.
            stopTimer();
            watch();
        }
    }

    @Override
    public void body(ByteBuf bytes) {
        pieceNanos = System.nanoTime();
        byte[] part = new byte[bytes.readableBytes()];
        bytes.readBytes(part);
        body.put(part);
    }

    @Override
    public void readComplete() {
        // Nothing is passed on before the end.
    }

    @Override
    public void end() {
        Deployment from = deployment;
        Function<byte[], WholeBody> how = way;
        if (from == null || how == null) {
            return;
        }
        if (status != 200) {
            complete(ProviderRefusal.of(from, status, headers, body));
            return;
        }
        complete(
                switch (how.apply(body.toByteArray())) {
                    case WholeBody.Good(byte[] answer, Usage counted) -> {
                        answered = answer;
                        usage = counted;
                        yield new Attempt.Opened();
                    }
                    case WholeBody.Refused(int said) ->
                            ProviderRefusal.of(from, said, headers, body);
                    case WholeBody.Unusable(String detail) -> ProviderRefusal.invalid(detail);
                });
    }

    @Override
    public void failed(Failure failure) {
        complete(new Attempt.Refused(failure, null));
    }

    private void clientGone() {
        gone = true;
        cancelCall();
        complete(new Attempt.Abandoned());
    }

    private void cancelCall() {
        if (call != null) {
            call.cancel();
            call = null;
        }
    }

    private void stopTimer() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    private void complete(Attempt outcome) {
        stopTimer();
        call = null;
        if (answer != null) {
            answer.complete(outcome);
            answer = null;
        }
    }
}
