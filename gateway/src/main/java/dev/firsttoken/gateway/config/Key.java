package dev.firsttoken.gateway.config;

import org.jspecify.annotations.Nullable;

/// One key of the configuration: the single definition that the binder, the schema, `explain` and
/// the documentation read. Two keys are the same only if they are the same object.
final class Key<T> {

    final String name;
    final Type<T> type;

    /// As it would be written in a file; none for sections, lists, required and optional keys.
    final @Nullable String defaultValue;

    final boolean required;
    final boolean reloadable;
    final String description;

    private Key(
            String name,
            Type<T> type,
            @Nullable String defaultValue,
            boolean required,
            boolean reloadable,
            String description) {
        this.name = name;
        this.type = type;
        this.defaultValue = defaultValue;
        this.required = required;
        this.reloadable = reloadable;
        this.description = description;
    }

    static <T> Key<T> of(String name, Type<T> type, String defaultValue, String description) {
        return new Key<>(name, type, defaultValue, false, true, description);
    }

    static <T> Key<T> required(String name, Type<T> type, String description) {
        return new Key<>(name, type, null, true, true, description);
    }

    static <T> Key<T> optional(String name, Type<T> type, String description) {
        return new Key<>(name, type, null, false, true, description);
    }

    /// The same key, one that only a restart changes.
    Key<T> fixed() {
        return new Key<>(name, type, defaultValue, required, false, description);
    }
}
