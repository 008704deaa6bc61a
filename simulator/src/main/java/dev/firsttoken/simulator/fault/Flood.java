package dev.firsttoken.simulator.fault;

import dev.firsttoken.simulator.answer.Answer;
import dev.firsttoken.simulator.answer.Piece;
import dev.firsttoken.simulator.answer.Step;
import dev.firsttoken.simulator.answer.Step.Body;
import dev.firsttoken.simulator.answer.Step.Head;
import dev.firsttoken.simulator.answer.Step.Repeat;
import dev.firsttoken.simulator.word.Word;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Very many things that say nothing.
///
/// @param count [Repeat#FOR_EVER] until the client leaves
/// @param first whether they come before the role, rather than after the first token
public record Flood(Of what, long count, boolean first) implements Fault {

    /// Of what.
    public enum Of {
        COMMENTS(":\n\n", 0),
        /// Blank lines.
        LINES("\n", 0),
        /// Events with empty data.
        EVENTS("data:\n\n", 1),
        /// Events as Anthropic sends them to keep a connection.
        PINGS("event: ping\ndata: {\"type\": \"ping\"}\n\n", 1),
        /// Chunks without choices.
        CHUNKS(Chunk.HEAD + "[]}\n\n", 1);

        private final String text;
        private final int events;

        Of(String text, int events) {
            this.text = text;
            this.events = events;
        }

        private Body times(int count) {
            return new Body(Piece.of(text.repeat(count)), events * count, false);
        }
    }

    static final List<Word<Fault>> WORDS =
            List.of(
                    word(
                            "flood",
                            "after the first token send N comments, lines, events, pings or chunks"
                                    + " that say nothing; without N, never stop",
                            false),
                    word("flood-first", "the same before anything else", true));

    private static final int BATCH = 500;

    private static Word<Fault> word(String name, String help, boolean first) {
        return new Word<>(
                name,
                "WHAT[:N]",
                "comments:1000",
                help,
                value -> {
                    String[] parts = value.split(":", 2);
                    Of what = Word.choice(name, parts[0], Arrays.asList(Of.values()), Word::of);
                    long count =
                            parts.length == 1
                                    ? Repeat.FOR_EVER
                                    : Word.wholeNumber(name, parts[1], 1, Integer.MAX_VALUE);
                    return new Flood(what, count, first);
                });
    }

    /// @throws IllegalArgumentException if the body is compressed, where plain bytes would be
    ///   nonsense
    static void checkPlain(Answer answer, String what) {
        for (Step step : answer.steps()) {
            if (step instanceof Head head
                    && head.headers().stream()
                            .anyMatch(header -> header.name().equals("content-encoding"))) {
                throw new IllegalArgumentException(
                        what + " in an encoded body (expected: a plain one, or gzip-bomb)");
            }
        }
    }

    @Override
    public Reach reach() {
        return Reach.CHAT;
    }

    @Override
    public Answer apply(Answer answer) {
        checkPlain(answer, "a flood of " + Word.of(what));
        if (!answer.streamed()) {
            return answer;
        }
        List<Step> steps = new ArrayList<>();
        if (count >= BATCH) {
            steps.add(
                    new Repeat(
                            what.times(BATCH), count == Repeat.FOR_EVER ? count : count / BATCH));
        }
        int rest = (int) (count % BATCH);
        if (rest > 0 && count != Repeat.FOR_EVER) {
            steps.add(what.times(rest));
        }
        int at = first ? answer.afterHead() : answer.afterTokens(1);
        return answer.insertAt(at, steps.toArray(Step[]::new)).measured();
    }
}
