package dev.firsttoken.simulator.dialect;

import java.util.ArrayList;
import java.util.List;

/// What matters of a conversation while it is read: what its last message says and shows, which
/// calls are open in it, and what their results were.
final class Conversation {

    private String last = "";
    private final List<String> images = new ArrayList<>();
    private final List<String> calls = new ArrayList<>();
    private final List<String> answered = new ArrayList<>();
    private final List<String> results = new ArrayList<>();

    /// A message that says this, and shows nothing yet.
    void message(String text) {
        last = text;
        images.clear();
    }

    /// @param mediaType `url` for an image that is elsewhere
    void shows(String mediaType) {
        images.add(mediaType);
    }

    /// A turn that begins anew: what was called before is over.
    ///
    /// @return the calls that were open
    List<String> turn() {
        List<String> open = List.copyOf(calls);
        calls.clear();
        answered.clear();
        results.clear();
        return open;
    }

    /// @param id by which its result will come back
    void calls(String id) {
        calls.add(id);
    }

    void result(String id, String text) {
        answered.add(id);
        results.add(text);
    }

    boolean hasResults() {
        return !answered.isEmpty();
    }

    /// Providers take the results of all calls of a turn, and of no other call.
    ///
    /// @throws IllegalArgumentException if these are others
    void checkResults(String where) {
        checkResults(where, calls);
    }

    /// The same, of the turn before.
    ///
    /// @throws IllegalArgumentException if these are others
    void checkResults(String where, List<String> open) {
        if (!answered.isEmpty()
                && !open.stream().sorted().toList().equals(answered.stream().sorted().toList())) {
            throw new IllegalArgumentException(
                    where + ": results of " + answered + " (expected: of the calls " + open + ")");
        }
    }

    Question question(String model, boolean stream, boolean usageWanted, List<String> tools) {
        return new Question(model, stream, usageWanted, last, images, results, tools);
    }
}
