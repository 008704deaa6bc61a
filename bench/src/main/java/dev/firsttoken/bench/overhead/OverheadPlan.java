package dev.firsttoken.bench.overhead;

import dev.firsttoken.bench.endpoint.Endpoint;

import java.time.Duration;
import java.util.List;

/// How to find out what a target adds.
///
/// @param target the gateway, which asks the simulator
/// @param command starts the target; empty when it runs already
/// @param pids of the target when it runs already; empty when they are not known
/// @param upstreamPort where the simulator listens
/// @param model what the paced streams are, in the simulator's words
/// @param perSecond how many of them begin a second
/// @param pairs how often both ways are measured
/// @param shortPerSecond how many streams of one token begin a second, to tell what a stream costs
///   beside its events; 0 to leave that out
/// @param hold how many silent streams to hold, to tell what each needs; 0 to leave that out
/// @param patience for the target to begin, for held streams to be open, and for them to end
public record OverheadPlan(
        Endpoint target,
        List<String> command,
        List<Long> pids,
        int upstreamPort,
        String model,
        double perSecond,
        int pairs,
        Duration warmUp,
        Duration window,
        double shortPerSecond,
        int hold,
        Duration patience,
        long seed) {

    public OverheadPlan {
        command = List.copyOf(command);
        pids = List.copyOf(pids);
        if (!command.isEmpty() && !pids.isEmpty()) {
            throw new IllegalArgumentException(
                    "pid: " + pids + " with a command (expected: one of the two)");
        }
        if (pairs < 1) {
            throw new IllegalArgumentException("pairs: " + pairs + " (expected: at least 1)");
        }
        if (hold < 0) {
            throw new IllegalArgumentException("hold: " + hold + " (expected: 0 or more)");
        }
        if (!(perSecond > 0) || !(shortPerSecond >= 0)) {
            throw new IllegalArgumentException(
                    "rate: %s, short-rate: %s (expected: more than 0, and 0 or more)"
                            .formatted(perSecond, shortPerSecond));
        }
        if (upstreamPort < 0 || upstreamPort > 65_535) {
            throw new IllegalArgumentException(
                    "upstream-port: " + upstreamPort + " (expected: 0 to 65535)");
        }
    }
}
