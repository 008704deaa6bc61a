package dev.firsttoken.gateway.relay;

import dev.firsttoken.gateway.admission.Admission;
import dev.firsttoken.gateway.admission.Caller;
import dev.firsttoken.gateway.admission.Permit;
import dev.firsttoken.gateway.config.Config;
import dev.firsttoken.gateway.config.Config.OnDisconnect;
import dev.firsttoken.gateway.dialect.ClientDialect;
import dev.firsttoken.gateway.dialect.CompletionRequest;
import dev.firsttoken.gateway.dialect.Refusal;
import dev.firsttoken.gateway.dialect.RejectedException;
import dev.firsttoken.gateway.downstream.ClientExchange;
import dev.firsttoken.gateway.downstream.ClientRequest;
import dev.firsttoken.gateway.log.LogBudget;
import dev.firsttoken.gateway.metering.Metrics;
import dev.firsttoken.gateway.routing.Deployment;
import dev.firsttoken.gateway.routing.Plan;
import dev.firsttoken.gateway.upstream.Upstreams;
import dev.firsttoken.wire.dialect.AnswerHead;
import dev.firsttoken.wire.dialect.WrittenRequest;
import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.message.Loss;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Answers one request for a completion. Read it top to bottom: this file is the product.
///
/// *Admit* (who, may they, within limits), *plan* (name → ordered deployments), *open* (try them
/// until one yields its first content), *commit* (status and headers leave), *relay* (events go to
/// the log and its readers), *settle* (count, report, release). Another deployment can be tried
/// until the first content; from there on a failure can only be told inside the stream.
///
/// Runs on the request's virtual thread and may wait; what happens per event happens on the
/// client's event loop, in [LiveStream].
public final class Relay {

    /// The status in metrics and logs of a request whose client did not stay for an answer.
    private static final int CLIENT_GONE = Failure.Kind.CLIENT_GONE.status();

    /// The headers of an answer that we give ourselves.
    private static final Map<String, String> ESTIMATED =
            Map.of("content-type", "application/json", "x-firsttoken-estimated", "true");

    private final Supplier<Snapshot> current;
    private final Admission admission;
    private final Upstreams upstreams;
    private final LogBudget budget;
    private final Streams streams;
    private final @Nullable StreamStore store;
    private final Metrics metrics;
    private final Running running = new Running();

    public Relay(
            Supplier<Snapshot> current,
            Admission admission,
            Upstreams upstreams,
            LogBudget budget,
            Streams streams,
            @Nullable StreamStore store,
            Metrics metrics) {
        this.current = current;
        this.admission = admission;
        this.upstreams = upstreams;
        this.budget = budget;
        this.streams = streams;
        this.store = store;
        this.metrics = metrics;
    }

    /// Serves a request from its complete arrival to its end.
    ///
    /// @return the HTTP status that the client was given
    public int serve(ClientExchange client, Caller caller, ClientDialect dialect)
            throws InterruptedException {
        Snapshot snapshot = current.get();
        try (var permit = admission.admit(caller, client.request())) {
            CompletionRequest request = dialect.read(client.request(), snapshot.requestLimits());
            Plan plan = snapshot.router().plan(request.model());
            return request.stream()
                    ? stream(client, permit, dialect, request, plan, snapshot)
                    : whole(client, permit, dialect, request, plan, snapshot);
        } catch (RejectedException rejected) {
            return refuse(client, dialect.refusal(rejected.failure(), null));
        }
    }

    /// What the answer says of itself; its id is that of its stream.
    private static AnswerHead head(String streamId, CompletionRequest request, Plan plan) {
        String asked = request.model();
        return new AnswerHead(
                StreamIds.bare(streamId),
                asked == null ? plan.deployments().getFirst().model() : asked,
                Instant.now().getEpochSecond());
    }

    private int stream(
            ClientExchange client,
            Permit permit,
            ClientDialect dialect,
            CompletionRequest request,
            Plan plan,
            Snapshot snapshot)
            throws InterruptedException, RejectedException {
        Config config = snapshot.config();
        Disconnect disconnect = disconnect(client.request(), request, dialect, config.streams());
        var report =
                new StreamReport(
                        metrics,
                        client,
                        dialect.name(),
                        request,
                        plan,
                        permit.caller(),
                        snapshot.prices());
        AnswerHead head = head(report.streamId(), request, plan);
        try (var stream =
                        new LiveStream(
                                report.streamId(),
                                client,
                                dialect,
                                upstreams,
                                config,
                                disconnect,
                                budget,
                                keeping(permit.caller(), dialect, request, plan),
                                report.meter());
                var listed =
                        streams.add(
                                stream,
                                permit.caller(),
                                dialect.name(),
                                plan.label(),
                                request.conversation(),
                                client.eventLoop(),
                                config.streams());
                var _ = running.add(stream::cut)) {
            switch (open(
                    plan,
                    permit,
                    report,
                    new Asking(request, isStrict(client.request(), config)),
                    (to, written) ->
                            stream.open(
                                    to,
                                    written,
                                    limits -> request.lane(to.dialect(), head, limits)))) {
                case Attempt.Opened _ -> stream.commit();
                case Attempt.Abandoned _ -> {
                    // The stream has noted by itself that the client is gone.
                }
                case Attempt.Refused refused -> {
                    if (!dialect.refusesInStream() && !stream.isCommitted()) {
                        listed.forget();
                        stream.refuse(refused.failure());
                        Refusal refusal = dialect.refusal(refused.failure(), refused.answer());
                        report.settle(new Ending(refused.failure()), stream.usage());
                        return refuse(client, refusal);
                    }
                    stream.fail(refused.failure());
                }
            }
            Ending ending = stream.awaitEnd();
            report.settle(ending, stream.usage());
            report.skipped(stream.skippedEvents());
            return report.clientGone() && !report.wasShown() ? CLIENT_GONE : 200;
        }
    }

    /// Where the answer is kept on disk, or null when it is not: there is no disk, or the client or
    /// its owner does not want that.
    private @Nullable Keeping keeping(
            Caller caller, ClientDialect dialect, CompletionRequest request, Plan plan) {
        return store == null || !caller.stores() || !request.store()
                ? null
                : new Keeping(
                        store, new StreamMeta(caller.id(), dialect.name(), plan.label(), Map.of()));
    }

    /// What the request says shall happen when its client leaves, or else what its route says.
    private static Disconnect disconnect(
            ClientRequest request,
            CompletionRequest asked,
            ClientDialect dialect,
            Config.Streams rules)
            throws RejectedException {
        OnDisconnect policy =
                asked.background() ? OnDisconnect.DETACH : dialect.onDisconnect(rules);
        String wanted = request.header("x-firsttoken-on-disconnect");
        if (wanted != null) {
            policy =
                    switch (wanted) {
                        case "cancel" -> OnDisconnect.CANCEL;
                        case "drain" -> OnDisconnect.DRAIN;
                        case "detach" -> OnDisconnect.DETACH;
                        default ->
                                throw new RejectedException(
                                        Failure.Kind.INVALID_REQUEST,
                                        "x-firsttoken-on-disconnect has another value (expected:"
                                                + " cancel, drain or detach)");
                    };
        }
        return switch (policy) {
            case CANCEL -> new Disconnect(policy, Duration.ZERO, 0, 0);
            case DRAIN ->
                    new Disconnect(
                            policy, rules.drainTime(), rules.drainTokens(), rules.drainBytes());
            case DETACH -> new Disconnect(policy, rules.grace(), Long.MAX_VALUE, Long.MAX_VALUE);
        };
    }

    private int whole(
            ClientExchange client,
            Permit permit,
            ClientDialect dialect,
            CompletionRequest request,
            Plan plan,
            Snapshot snapshot)
            throws InterruptedException, RejectedException {
        Config config = snapshot.config();
        byte[] own = request.ownAnswer(plan.deployments().getFirst().dialect());
        if (own != null) {
            client.respond(200, ESTIMATED, own);
            return 200;
        }
        var report =
                new StreamReport(
                        metrics,
                        client,
                        dialect.name(),
                        request,
                        plan,
                        permit.caller(),
                        snapshot.prices());
        AnswerHead head = head(report.streamId(), request, plan);
        var asking = new Asking(request, isStrict(client.request(), config));
        var answer = new WholeAnswer(client, upstreams, config.deadlines(), report.meter());
        try (var _ = running.add(answer::cut)) {
            return switch (open(
                    plan,
                    permit,
                    report,
                    asking,
                    (to, written) ->
                            answer.fetch(
                                    to,
                                    written,
                                    body -> request.whole(to.dialect(), head, body)))) {
                case Attempt.Opened _ -> {
                    Map<String, String> headers = answer.headers();
                    StreamHead.tellLosses(asking.losses, headers);
                    StreamHead.tellCost(report.cost(answer.usage()), headers);
                    client.respond(200, headers, answer.result());
                    report.settle(Ending.COMPLETED, answer.usage());
                    yield 200;
                }
                case Attempt.Abandoned _ -> {
                    report.settle(Ending.CLIENT_GONE, answer.usage());
                    yield CLIENT_GONE;
                }
                case Attempt.Refused(Failure failure, var said) -> {
                    report.settle(new Ending(failure), answer.usage());
                    yield refuse(client, dialect.refusal(failure, said));
                }
            };
        }
    }

    /// Whether the client or the server wants nothing to be left out of a request.
    private static boolean isStrict(ClientRequest request, Config config) throws RejectedException {
        String wanted = request.header("x-firsttoken-strict");
        return switch (wanted) {
            case null -> config.server().strict();
            case "true" -> true;
            case "false" -> false;
            default ->
                    throw new RejectedException(
                            Failure.Kind.INVALID_REQUEST,
                            "x-firsttoken-strict has another value (expected: true or false)");
        };
    }

    /// A request as it is put to one deployment after the other.
    private static final class Asking {
        private final CompletionRequest request;
        private final boolean strict;

        /// What the last deployment was not told.
        private List<Loss> losses = List.of();

        Asking(CompletionRequest request, boolean strict) {
            this.request = request;
            this.strict = strict;
        }

        /// @throws RejectedException when it cannot be said to this deployment
        WrittenRequest write(Deployment to) throws RejectedException {
            WrittenRequest plain = request.write(to.dialect(), to.model());
            WrittenRequest written = to.endpoint().spoken(plain, to.model());
            losses = written.losses();
            if (strict && !losses.isEmpty()) {
                Loss first = losses.getFirst();
                throw new RejectedException(
                        Failure.ofParam(
                                Failure.Kind.INVALID_REQUEST,
                                first.path() + ": " + first.reason() + ", and strict is on",
                                first.path()));
            }
            return written;
        }
    }

    /// One try at one deployment.
    @FunctionalInterface
    private interface Opener {
        Attempt open(Deployment deployment, WrittenRequest request) throws InterruptedException;
    }

    /// Tries deployments in the plan's order until one yields content, or none is left that could.
    ///
    /// A provider that is full is passed over while there is another; the last one is waited for.
    /// One that cannot be told what was asked is passed over, too.
    private static Attempt open(
            Plan plan, Permit permit, StreamReport report, Asking asking, Opener opener)
            throws InterruptedException {
        Attempt last = new Attempt.Abandoned();
        int left = plan.deployments().size();
        for (Deployment deployment : plan.deployments()) {
            boolean isLast = --left == 0;
            WrittenRequest written;
            try {
                written = asking.write(deployment);
            } catch (RejectedException rejected) {
                last = new Attempt.Refused(rejected.failure(), null);
                report.attempted(deployment, last);
                continue;
            }
            Failure full = permit.useProvider(deployment.provider(), isLast);
            if (full != null) {
                last = new Attempt.Refused(full, null);
                report.attempted(deployment, last);
                continue;
            }
            last = opener.open(deployment, written);
            report.attempted(deployment, last);
            if (!(last instanceof Attempt.Refused refused && refused.worthAnotherTry())) {
                break;
            }
        }
        return last;
    }

    private static int refuse(ClientExchange client, Refusal refusal) {
        client.respond(refusal.status(), refusal.headers(), refusal.body());
        return refusal.status();
    }

    /// Requests being answered.
    public int open() {
        return running.count();
    }

    /// Waits until no request is being answered.
    ///
    /// @return whether that came about in time
    public boolean awaitNone(Duration patience) throws InterruptedException {
        return running.awaitNone(patience);
    }

    /// Lets an [#awaitNone] that is under way wait no longer than this from now.
    public void hurry(Duration patience) {
        running.hurry(patience);
    }

    /// Ends every running request with a failure that its client is told.
    ///
    /// @return how many there were
    public int cutAll(Failure failure) {
        return running.cutAll(failure);
    }
}
