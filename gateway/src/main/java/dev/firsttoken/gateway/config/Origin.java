package dev.firsttoken.gateway.config;

import java.nio.file.Path;
import java.util.List;

/// Where a value came from. Prints as an operator would look it up.
public sealed interface Origin {

    /// Nobody said anything.
    record Default() implements Origin {
        @Override
        public String toString() {
            return "default";
        }
    }

    /// A place in the file; lines and columns count from 1.
    ///
    /// @param path the file as it was named to us
    /// @param sources what `${…}` in the value referred to: names of variables, or `file:` and a
    ///   path
    record InFile(Path path, int line, int column, List<String> sources) implements Origin {
        @Override
        public String toString() {
            String place = path + ":" + line;
            return sources.isEmpty() ? place : place + " via " + String.join(", ", sources);
        }
    }

    /// The file as a whole, when there is no line to point at.
    record WholeFile(Path path) implements Origin {
        @Override
        public String toString() {
            return path.toString();
        }
    }

    /// An environment variable.
    record Variable(String name) implements Origin {
        @Override
        public String toString() {
            return name;
        }
    }

    /// A command-line option such as `--port`.
    record Flag(String name) implements Origin {
        @Override
        public String toString() {
            return name;
        }
    }
}
