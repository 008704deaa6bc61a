package dev.firsttoken.simulator;

import java.util.ArrayList;
import java.util.List;

/// Text made up for an answer, and text cut the way a model would send it.
final class Paragraph {

    private static final int ECHO_CHARS = 40;

    private static final List<String> STORY =
            tokens(
                    " A stream is a promise kept in small pieces: each one leaves as soon as it is"
                            + " known, and nobody waits for the last to read the first. In a café in"
                            + " Zürich someone writes 漢字 on a napkin, and the ink is still wet when the"
                            + " first stroke is understood. 🌊 So it is with tokens: the earlier the first"
                            + " arrives, the longer the patience for the rest. 日本語 and emoji 👩‍🚀 travel"
                            + " in several bytes, which may well be cut in two on their way; whoever puts"
                            + " them together again must wait for the missing half.");

    private static final List<String> THOUGHTS =
            tokens(
                    " Let me see what was asked, and what would be a good way to say it in a few"
                            + " plain words, naïve as they may be.");

    private Paragraph() {}

    /// A paragraph of so many tokens that names the model and the question.
    static List<String> about(String model, String question, int tokens) {
        String echo = echo(question);
        List<String> all =
                new ArrayList<>(
                        tokens(
                                "This is "
                                        + model
                                        + ", a simulated model, answering a message of "
                                        + question.length()
                                        + " characters: “"
                                        + echo
                                        + "”."));
        for (int i = 0; all.size() < tokens; i++) {
            all.add(STORY.get(i % STORY.size()));
        }
        return List.copyOf(all.subList(0, tokens));
    }

    /// What came back from the tools.
    static List<String> quoting(List<String> results) {
        StringBuilder text = new StringBuilder("The tools said:");
        results.forEach(result -> text.append(" “").append(result).append('”'));
        return tokens(text.append('.').toString());
    }

    /// What can be seen.
    ///
    /// @param mediaTypes of the images, in order
    static List<String> seeing(List<String> mediaTypes) {
        String images = mediaTypes.size() == 1 ? " image: " : " images: ";
        return tokens("I got " + mediaTypes.size() + images + String.join(", ", mediaTypes) + ".");
    }

    /// The beginning of a question, never half a surrogate pair.
    static String echo(String question) {
        if (question.length() <= ECHO_CHARS) {
            return question;
        }
        boolean pair = Character.isHighSurrogate(question.charAt(ECHO_CHARS - 1));
        return question.substring(0, pair ? ECHO_CHARS - 1 : ECHO_CHARS) + "…";
    }

    static List<String> thoughts(int tokens) {
        List<String> all = new ArrayList<>(tokens);
        for (int i = 0; i < tokens; i++) {
            all.add(THOUGHTS.get(i % THOUGHTS.size()));
        }
        return all;
    }

    /// Cuts a text into deltas of a few characters, at the beginning of words and inside long ones.
    /// Joined they are the text again.
    static List<String> tokens(String text) {
        List<String> tokens = new ArrayList<>();
        int from = 0;
        while (from < text.length()) {
            int to = from + Character.charCount(text.codePointAt(from));
            while (to < text.length() && text.charAt(to) != ' ' && to - from < 8) {
                to += Character.charCount(text.codePointAt(to));
            }
            tokens.add(text.substring(from, to));
            from = to;
        }
        return tokens;
    }
}
