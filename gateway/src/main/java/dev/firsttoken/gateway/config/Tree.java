package dev.firsttoken.gateway.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What somebody wrote, before anybody knows what it means. A file and the environment both become
/// one.
sealed interface Tree {

    Origin origin();

    /// What this is, in words for a message.
    String kind();

    /// A single value.
    ///
    /// @param written as it stands in its source, for messages; a `${…}` is not replaced in it
    /// @param value with every `${…}` replaced
    record Text(String written, String value, Kind type, Origin origin) implements Tree {

        /// A value that carries no type, as environment variables and options do.
        static Text untyped(String value, Origin origin) {
            return new Text(value, value, Kind.ANY, origin);
        }

        @Override
        public String kind() {
            return switch (type) {
                case TEXT, ANY -> "text";
                case NUMBER -> "a number";
                case BOOLEAN -> "true or false";
                case NOTHING -> "nothing";
            };
        }
    }

    record Mapping(List<Entry> entries, Origin origin) implements Tree {

        @Nullable Tree find(String key) {
            for (Entry entry : entries) {
                if (entry.key.equals(key)) {
                    return entry.value;
                }
            }
            return null;
        }

        @Override
        public String kind() {
            return "a mapping";
        }
    }

    record Sequence(List<Tree> items, Origin origin) implements Tree {
        @Override
        public String kind() {
            return "a list";
        }
    }

    /// Something already complained about.
    record Unknown(Origin origin) implements Tree {
        @Override
        public String kind() {
            return "something unreadable";
        }
    }

    record Entry(String key, Origin origin, Tree value) {}

    /// What YAML takes a single value for. ANY is whatever the key wants.
    enum Kind {
        TEXT,
        NUMBER,
        BOOLEAN,
        NOTHING,
        ANY
    }
}
