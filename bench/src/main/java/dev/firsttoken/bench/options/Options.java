package dev.firsttoken.bench.options;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Options as `--name value`, read by name, and the words that belong to none of them.
///
/// Everything behind a lone `--` belongs to none. Durations are seconds, with a fraction if need
/// be.
public final class Options {

    private final Map<String, String> values;
    private final List<String> rest;
    private final Set<String> unread;

    private Options(Map<String, String> values, List<String> rest) {
        this.values = values;
        this.rest = List.copyOf(rest);
        this.unread = new LinkedHashSet<>(values.keySet());
    }

    /// Splits a command line.
    public static Options parse(List<String> arguments) {
        var values = new LinkedHashMap<String, String>();
        var rest = new ArrayList<String>();
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            if (argument.equals("--")) {
                rest.addAll(arguments.subList(i + 1, arguments.size()));
                break;
            }
            if (!argument.startsWith("--")) {
                rest.add(argument);
            } else if (i + 1 < arguments.size()) {
                values.put(argument.substring(2), arguments.get(++i));
            } else {
                throw new IllegalArgumentException(argument + ": nothing (expected: a value)");
            }
        }
        return new Options(values, rest);
    }

    public List<String> rest() {
        return rest;
    }

    public String required(String name) {
        String value = text(name, "");
        if (value.isEmpty()) {
            throw new IllegalArgumentException("--" + name + ": nothing (expected: a value)");
        }
        return value;
    }

    public String text(String name, String otherwise) {
        unread.remove(name);
        return values.getOrDefault(name, otherwise);
    }

    public int number(String name, int otherwise) {
        String value = text(name, Integer.toString(otherwise));
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException notANumber) {
            throw new IllegalArgumentException(
                    "--" + name + ": " + value + " (expected: a whole number)", notANumber);
        }
    }

    public Duration seconds(String name, double otherwise) {
        String value = text(name, Double.toString(otherwise));
        try {
            return Duration.ofNanos((long) (Double.parseDouble(value) * 1e9));
        } catch (NumberFormatException notANumber) {
            throw new IllegalArgumentException(
                    "--" + name + ": " + value + " (expected: seconds)", notANumber);
        }
    }

    /// To be called when all options have been read: what is left over is a mistake.
    public void refuseUnread() {
        if (!unread.isEmpty()) {
            throw new IllegalArgumentException("no option --" + String.join(", --", unread));
        }
    }
}
