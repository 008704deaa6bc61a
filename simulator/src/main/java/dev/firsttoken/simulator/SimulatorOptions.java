package dev.firsttoken.simulator;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// How a simulator is started. Immutable; the `with` methods give a changed copy.
///
/// @param host the address to listen on
/// @param port 0 for any free one
/// @param tls null for clear text
/// @param apiKey the key that requests must carry, null for none
/// @param timing for scripts without their own
/// @param seed of everything that is drawn
/// @param eventLoops how many threads serve
public record SimulatorOptions(
        String host,
        int port,
        @Nullable Tls tls,
        @Nullable String apiKey,
        Timing timing,
        long seed,
        int eventLoops) {

    /// Certificate chain and private key, both PEM.
    public record Tls(Path certificate, Path key) {}

    public SimulatorOptions {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port: " + port + " (expected: 0 to 65535)");
        }
        if (eventLoops < 1) {
            throw new IllegalArgumentException("eventLoops: " + eventLoops + " (expected: >= 1)");
        }
    }

    /// Any port on loopback, no key, everything at once.
    public static SimulatorOptions defaults() {
        return new SimulatorOptions("127.0.0.1", 0, null, null, Timing.instant(), 1, 1);
    }

    public SimulatorOptions withHost(String other) {
        return new SimulatorOptions(other, port, tls, apiKey, timing, seed, eventLoops);
    }

    public SimulatorOptions withPort(int other) {
        return new SimulatorOptions(host, other, tls, apiKey, timing, seed, eventLoops);
    }

    public SimulatorOptions withTls(Path certificate, Path key) {
        Tls pair = new Tls(certificate, key);
        return new SimulatorOptions(host, port, pair, apiKey, timing, seed, eventLoops);
    }

    public SimulatorOptions withApiKey(String other) {
        return new SimulatorOptions(host, port, tls, other, timing, seed, eventLoops);
    }

    public SimulatorOptions withTiming(Timing other) {
        return new SimulatorOptions(host, port, tls, apiKey, other, seed, eventLoops);
    }

    public SimulatorOptions withSeed(long other) {
        return new SimulatorOptions(host, port, tls, apiKey, timing, other, eventLoops);
    }

    public SimulatorOptions withEventLoops(int other) {
        return new SimulatorOptions(host, port, tls, apiKey, timing, seed, other);
    }

    // The key must not end up in a log by way of an assertion or a debug line.
    @Override
    public String toString() {
        return "SimulatorOptions[host=%s, port=%d, tls=%s, apiKey=%s, timing=%s, seed=%d, eventLoops=%d]"
                .formatted(
                        host, port, tls, apiKey == null ? "none" : "set", timing, seed, eventLoops);
    }
}
