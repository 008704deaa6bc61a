package dev.firsttoken.gateway.downstream;

import io.netty.handler.codec.http2.Http2Error;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/// How often clients were refused or cut off for what they did to a connection. Any thread may
/// count.
public final class EdgeCounts {

    final LongAdder refusedConnections = new LongAdder();
    final LongAdder refusedForAddress = new LongAdder();
    final LongAdder failedAccepts = new LongAdder();
    final LongAdder slowHeads = new LongAdder();
    final LongAdder slowBodies = new LongAdder();
    final LongAdder droppedPipelined = new LongAdder();
    final LongAdder stuckResponses = new LongAdder();
    private final Map<Http2Error, LongAdder> http2Errors =
            Arrays.stream(Http2Error.values())
                    .collect(
                            Collectors.toUnmodifiableMap(
                                    Function.identity(), error -> new LongAdder()));

    void http2Error(Http2Error error) {
        LongAdder count = http2Errors.get(error);
        if (count != null) {
            count.increment();
        }
    }

    /// One number of `/metrics`.
    ///
    /// @param label name and value of its label, both empty for one without
    public record Count(
            String name, String help, String label, String value, LongSupplier number) {}

    public List<Count> all() {
        var all =
                new ArrayList<>(
                        List.of(
                                plain(
                                        "firsttoken_refused_connections_total",
                                        "Connections refused because of limits.connections.",
                                        refusedConnections),
                                plain(
                                        "firsttoken_refused_connections_per_address_total",
                                        "Connections refused because of"
                                                + " http.connections-per-address.",
                                        refusedForAddress),
                                plain(
                                        "firsttoken_failed_accepts_total",
                                        "Connections that could not be taken in, for want of file"
                                                + " descriptors as a rule.",
                                        failedAccepts),
                                slow("head", slowHeads),
                                slow("body", slowBodies),
                                plain(
                                        "firsttoken_dropped_pipelined_requests_total",
                                        "Requests left unread because of http.pipelined-requests.",
                                        droppedPipelined),
                                plain(
                                        "firsttoken_stuck_responses_total",
                                        "Whole responses given up because of deadlines.write-stall.",
                                        stuckResponses)));
        http2Errors.forEach((error, count) ->
                all.add(
                        new Count(
                                "firsttoken_http2_connection_errors_total",
                                "HTTP/2 connections ended for what the client did, by error code.",
                                "code",
                                error.name(),
                                count::sum)));
        return List.copyOf(all);
    }

    private static Count plain(String name, String help, LongAdder count) {
        return new Count(name, help, "", "", count::sum);
    }

    private static Count slow(String part, LongAdder count) {
        return new Count(
                "firsttoken_request_timeouts_total",
                "Requests that came too slowly, by the part that did.",
                "part",
                part,
                count::sum);
    }
}
