package dev.firsttoken.gateway.config;

import java.util.Comparator;
import java.util.List;

/// One thing that is wrong, or looks wrong, with a configuration. Prints as compilers do.
///
/// @param path the key, such as `providers[1].base-url`; empty for the configuration as a whole
/// @param message the offending value and what was expected; never holds a secret
public record Problem(Severity severity, Origin origin, String path, String message) {

    public enum Severity {
        /// The configuration cannot be used.
        ERROR,
        /// It can, but somebody should look.
        WARNING
    }

    static Problem error(Origin origin, String path, String message) {
        return new Problem(Severity.ERROR, origin, path, message);
    }

    static Problem warning(Origin origin, String path, String message) {
        return new Problem(Severity.WARNING, origin, path, message);
    }

    /// In the order of the file; what has no line goes first.
    static List<Problem> sorted(List<Problem> problems) {
        return problems.stream()
                .sorted(Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column))
                .toList();
    }

    private int line() {
        return origin instanceof Origin.InFile place ? place.line() : 0;
    }

    private int column() {
        return origin instanceof Origin.InFile place ? place.column() : 0;
    }

    @Override
    public String toString() {
        String where =
                origin instanceof Origin.InFile place
                        ? place.path() + ":" + place.line() + ":" + place.column()
                        : origin.toString();
        String what = severity == Severity.ERROR ? "error" : "warning";
        String line = where + ": " + what + ": " + (path.isEmpty() ? "" : path + ": ") + message;
        // One problem is one line, whatever somebody named a key.
        return line.replaceAll("\\p{Cntrl}", "?");
    }
}
