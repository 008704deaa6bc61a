package dev.firsttoken.bench.load;

import dev.firsttoken.bench.endpoint.Endpoint;

import org.jspecify.annotations.Nullable;

import java.io.IOException;

/// One stream, to see whether a server can be measured at all.
public final class Probe {

    private Probe() {}

    /// Why there is no whole stream, or null when there is one.
    public static @Nullable String problemWith(Endpoint endpoint, String model) {
        try {
            Answer.learn(Target.of(endpoint, model, "Hello", null));
            return null;
        } catch (IOException | IllegalStateException e) {
            String message = e.getMessage();
            return message == null ? e.toString() : message;
        }
    }
}
