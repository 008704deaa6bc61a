package dev.firsttoken.gateway.config;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The accepted values of one section, by key.
record Values(Type.Section section, Map<Key<?>, Bound<?>> bound, String path, Origin origin) {

    /// The accepted value; none if it was neither written nor has a default, or was refused.
    @SuppressWarnings("unchecked") // the binder puts a T behind a Key<T>
    <T> @Nullable Bound<T> find(Key<T> key) {
        return (Bound<T>) bound.get(key);
    }

    /// The value of an optional key.
    <T> @Nullable T orNull(Key<T> key) {
        Bound<T> found = find(key);
        return found == null ? null : found.value();
    }

    /// The value of a key that must have one by now.
    <T> T get(Key<T> key) {
        Bound<T> found = find(key);
        if (found == null) {
            throw new IllegalStateException("no value for " + path + " " + key.name);
        }
        return found.value();
    }
}
