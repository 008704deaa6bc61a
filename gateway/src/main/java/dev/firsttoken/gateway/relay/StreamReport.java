package dev.firsttoken.gateway.relay;

import dev.firsttoken.gateway.admission.Caller;
import dev.firsttoken.gateway.dialect.CompletionRequest;
import dev.firsttoken.gateway.downstream.ClientExchange;
import dev.firsttoken.gateway.metering.Metrics;
import dev.firsttoken.gateway.metering.StreamMeter;
import dev.firsttoken.gateway.pricing.Cost;
import dev.firsttoken.gateway.pricing.PriceList;
import dev.firsttoken.gateway.routing.Deployment;
import dev.firsttoken.gateway.routing.Plan;
import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.event.StreamEvent.Usage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The one truthful account of an answer: what metrics and the log say of it.
///
/// Belongs to the request's virtual thread; it holds names, times and counts, and nothing that was
/// said.
final class StreamReport {

    private static final Logger log = LoggerFactory.getLogger("firsttoken.streams");

    private final String streamId = StreamIds.next();
    private final Metrics metrics;
    private final StreamMeter meter;
    private final String dialect;
    private final String model;
    private final String caller;
    private final CompletionRequest request;
    private final PriceList prices;
    private @Nullable Deployment last;
    private boolean clientGone;

    StreamReport(
            Metrics metrics,
            ClientExchange client,
            String dialect,
            CompletionRequest request,
            Plan plan,
            Caller caller,
            PriceList prices) {
        this.metrics = metrics;
        this.meter = metrics.meter(client.eventLoop(), client.request().receivedNanos());
        this.dialect = dialect;
        this.model = plan.label();
        this.caller = caller.name();
        this.request = request;
        this.prices = prices;
        metrics.streamStarted(dialect);
    }

    String streamId() {
        return streamId;
    }

    StreamMeter meter() {
        return meter;
    }

    void attempted(Deployment deployment, Attempt attempt) {
        last = deployment;
        String outcome =
                switch (attempt) {
                    case Attempt.Opened _ -> "opened";
                    case Attempt.Abandoned _ -> "abandoned";
                    case Attempt.Refused(Failure failure, var _) -> failure.kind().code();
                };
        metrics.attempt(deployment.provider(), outcome);
    }

    /// What an answer cost, or null when that is not known: nobody has a price, or there was no
    /// answer.
    @Nullable Cost cost(Usage usage) {
        Deployment deployment = last;
        return deployment == null || usage.equals(Usage.NONE)
                ? null
                : prices.find(deployment.provider(), deployment.model()).cost(usage);
    }

    /// What was used, also where the provider could not say it: it stopped in the middle, or it was
    /// stopped. Then each event with content counts as a token, and the request is measured.
    private Usage used(Ending ending, Usage counted) {
        int events = meter.contentEvents();
        boolean whole = ending.failure() == null && !counted.equals(Usage.NONE);
        if (whole || events <= counted.outputTokens()) {
            return counted;
        }
        return new Usage(
                counted.inputTokens() > 0 ? counted.inputTokens() : request.estimatedTokens(),
                counted.cachedInputTokens(),
                counted.cacheWriteTokens(),
                events,
                counted.reasoningTokens(),
                true);
    }

    /// Books the end; once per answer.
    void settle(Ending ending, Usage usage) {
        Failure failure = ending.failure();
        clientGone = failure != null && failure.kind() == Failure.Kind.CLIENT_GONE;
        metrics.streamEnded(dialect, model, ending.reason(), meter);
        String provider = meter.provider() == null ? "none" : meter.provider();
        metrics.tokens(provider, model, caller, usage.inputTokens(), usage.outputTokens());
        Cost cost = cost(used(ending, usage));
        if (cost != null) {
            metrics.cost(provider, model, caller, cost.estimated(), cost.dollars());
        }
        log.info(
                "{} {} caller={} model={} provider={} attempts={} first_token_ms={} total_ms={}"
                        + " longest_gap_ms={} stalls={} heartbeats={} deltas={} input_tokens={}"
                        + " output_tokens={} cost_usd={} cost_estimated={} end={}",
                streamId,
                dialect,
                caller,
                model,
                provider,
                meter.attempts(),
                millis(meter.firstTokenNanos()),
                millis(System.nanoTime() - meter.receivedNanos()),
                millis(meter.longestGapNanos()),
                meter.stalls(),
                meter.heartbeats(),
                meter.contentEvents(),
                usage.inputTokens(),
                usage.outputTokens(),
                cost == null ? "none" : cost.usd(),
                cost != null && cost.estimated(),
                ending.reason());
    }

    /// Books events that the client did not get because nobody knows them.
    void skipped(int events) {
        String provider = meter.provider();
        if (events > 0 && provider != null) {
            metrics.skippedEvents(provider, events);
        }
    }

    boolean clientGone() {
        return clientGone;
    }

    /// Whether the client was given any content.
    boolean wasShown() {
        return meter.firstTokenNanos() >= 0;
    }

    private static String millis(long nanos) {
        return nanos < 0 ? "none" : Long.toString(nanos / 1_000_000);
    }
}
