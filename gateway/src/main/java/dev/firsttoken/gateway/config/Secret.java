package dev.firsttoken.gateway.config;

import java.util.Objects;

/// A value that must not be shown: it prints as `***` wherever it is printed by accident.
public final class Secret {

    private final String value;

    public Secret(String value) {
        this.value = Objects.requireNonNull(value, "value");
    }

    /// The value itself, for the one place that puts it on a wire.
    public String reveal() {
        return value;
    }

    @Override
    public String toString() {
        return "***";
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Secret secret && secret.value.equals(value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }
}
