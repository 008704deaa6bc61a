package dev.firsttoken.gateway.admission;

/// Who makes a request: the name of a configured key, or everybody where none are configured.
public record Caller(String name) {

    /// Whoever comes while no keys are configured.
    public static final Caller ANYBODY = new Caller("anybody");
}
