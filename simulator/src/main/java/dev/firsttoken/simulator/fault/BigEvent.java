package dev.firsttoken.simulator.fault;

import dev.firsttoken.simulator.answer.Answer;
import dev.firsttoken.simulator.answer.Piece;
import dev.firsttoken.simulator.answer.Step;
import dev.firsttoken.simulator.answer.Step.Body;
import dev.firsttoken.simulator.answer.Step.Repeat;
import dev.firsttoken.simulator.word.Word;
import java.util.ArrayList;
import java.util.List;

/// An event, or a line, that is larger than anybody expects, after the first token.
///
/// @param bytes [Repeat#FOR_EVER] until the client leaves
public record BigEvent(What what, long bytes) implements Fault {

    /// What is large.
    public enum What {
        /// One token, in proper JSON.
        TOKEN,
        /// One line of no JSON.
        LINE,
        /// One event of many `data:` lines of 1 KiB.
        EVENT,
        /// One comment.
        COMMENT
    }

    static final List<Word<Fault>> WORDS =
            List.of(
                    word("huge-token", "send one token of this many bytes", What.TOKEN),
                    word("long-line", "send one data line of this many bytes", What.LINE),
                    word(
                            "long-event",
                            "send one event of this many bytes, in many lines",
                            What.EVENT),
                    word("long-comment", "send one comment of this many bytes", What.COMMENT),
                    Word.flag(
                            "endless-line",
                            "send one data line that never ends",
                            () -> new BigEvent(What.LINE, Repeat.FOR_EVER)),
                    Word.flag(
                            "endless-event",
                            "send data lines and never the end of their event",
                            () -> new BigEvent(What.EVENT, Repeat.FOR_EVER)));

    private static final int PART = 16 << 10;
    private static final Body LETTERS = Body.bytes(Piece.of("a".repeat(PART)));
    private static final Body LINES =
            Body.bytes(Piece.of(("data: " + "a".repeat(1017) + "\n").repeat(PART / 1024)));

    private static Word<Fault> word(String name, String help, What what) {
        return Word.size(name, help, bytes -> new BigEvent(what, bytes));
    }

    @Override
    public Reach reach() {
        return Reach.CHAT;
    }

    @Override
    public Answer apply(Answer answer) {
        Flood.checkPlain(answer, "a large " + Word.of(what));
        if (!answer.streamed()) {
            return answer;
        }
        Body filling = what == What.EVENT ? LINES : LETTERS;
        List<Step> steps = new ArrayList<>();
        switch (what) {
            case TOKEN -> {
                String[] around = Chunk.token("|").piece().toString().split("\\|");
                steps.add(Body.bytes(Piece.of(around[0])));
                fill(filling, steps);
                steps.add(new Body(Piece.of(around[1]), 1, true));
            }
            case LINE -> {
                steps.add(Body.bytes(Piece.of("data: ")));
                fill(filling, steps);
                steps.add(Body.event(Piece.of("\n\n")));
            }
            case EVENT -> {
                fill(filling, steps);
                steps.add(Body.event(Piece.of("\n\n")));
            }
            case COMMENT -> {
                steps.add(Body.bytes(Piece.of(": ")));
                fill(filling, steps);
                steps.add(Body.bytes(Piece.of("\n\n")));
            }
        }
        return answer.insertAt(answer.afterTokens(1), steps.toArray(Step[]::new)).measured();
    }

    private void fill(Body part, List<Step> steps) {
        if (bytes == Repeat.FOR_EVER) {
            steps.add(new Repeat(part, bytes));
            return;
        }
        if (bytes >= PART) {
            steps.add(new Repeat(part, bytes / PART));
        }
        int rest = (int) (bytes % PART);
        if (rest > 0) {
            steps.add(Body.bytes(Piece.of(part.piece().toByteArray(), 0, rest)));
        }
    }
}
