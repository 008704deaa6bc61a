package dev.firsttoken.bench.crash;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What the clients of all rounds have found. Safe for use by many threads.
final class Tally {

    private static final int SHOWN_FAULTS = 20;
    private static final Pattern CONTENT =
            Pattern.compile("\"content\"\\s*:\\s*\"((?:[^\"\\\\]|\\\\.)*)\"");

    private final String answer;
    private final Map<String, Integer> faults = new TreeMap<>();
    private final List<String> examples = new ArrayList<>();
    private long finished;
    private long resumed;
    private long unanswered;
    private long events;

    /// @param answer what the upstream says, escapes as they are
    Tally(String answer) {
        this.answer = answer;
    }

    /// The text of an event, or nothing.
    static String contentOf(String event) {
        Matcher matcher = CONTENT.matcher(event);
        return matcher.find() ? matcher.group(1) : "";
    }

    boolean isPrefixOfAnswer(String text) {
        return answer.startsWith(text);
    }

    /// A stream that had ended when the server was killed.
    synchronized void finished(int seen) {
        finished++;
        events += seen;
    }

    /// A stream that was running then.
    synchronized void resumed(int seen) {
        resumed++;
        events += seen;
    }

    /// A request that the kill hit before there was a stream.
    synchronized void unanswered() {
        unanswered++;
    }

    synchronized void fault(String kind, String what) {
        faults.merge(kind, 1, Integer::sum);
        if (examples.size() < SHOWN_FAULTS) {
            examples.add(kind + ": " + what);
        }
    }

    synchronized boolean isClean() {
        return faults.isEmpty();
    }

    synchronized List<String> examples() {
        return List.copyOf(examples);
    }

    @Override
    public synchronized String toString() {
        return resumed
                + " streams interrupted and read on, "
                + finished
                + " finished and read again, "
                + unanswered
                + " requests hit before their stream; "
                + events
                + " events seen before a kill; lost "
                + faults.getOrDefault("lost", 0)
                + ", doubled "
                + faults.getOrDefault("doubled", 0)
                + ", altered "
                + faults.getOrDefault("altered", 0)
                + ", missing terminals "
                + faults.getOrDefault("missing terminal", 0);
    }
}
