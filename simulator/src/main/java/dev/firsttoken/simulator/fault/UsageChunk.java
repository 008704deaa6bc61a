package dev.firsttoken.simulator.fault;

import dev.firsttoken.simulator.answer.Answer;
import dev.firsttoken.simulator.answer.Piece;
import dev.firsttoken.simulator.answer.Step;
import dev.firsttoken.simulator.answer.Step.Body;
import dev.firsttoken.simulator.word.Word;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A usage that is missing, said more than once, said early, or that is none. Comes even if nobody
/// asked for one.
public record UsageChunk(How how) implements Fault {

    /// What becomes of the usage.
    public enum How {
        NONE,
        /// The second one counts twice as many tokens: 20 of input and 40 of output.
        TWICE,
        /// Before the first token.
        EARLY,
        /// After every token, cumulative.
        EVERY,
        /// In the chunk that finishes.
        WITH_FINISH,
        /// Only in `x_groq`.
        GROQ,
        /// The one is followed by another with a text and a negative number.
        BAD
    }

    static final List<Word<Fault>> WORDS =
            List.of(
                    Word.choice(
                            "usage",
                            Arrays.asList(How.values()),
                            Word::of,
                            "say the usage like this",
                            UsageChunk::new));

    @Override
    public Reach reach() {
        return Reach.CHAT;
    }

    @Override
    public Answer apply(Answer answer) {
        if (!answer.streamed()) {
            return answer;
        }
        List<Step> steps = new ArrayList<>();
        int tokens = 0;
        for (Step step : answer.steps()) {
            if (Chunk.isUsage(step) && !Chunk.isFinish(step)) {
                continue;
            }
            if (Chunk.isDone(step)) {
                last(steps);
            }
            steps.add(
                    how == How.WITH_FINISH && Chunk.isFinish(step) && step instanceof Body body
                            ? withUsage(body)
                            : step);
            if (how == How.EVERY && step instanceof Body body && body.content()) {
                steps.add(usage(10, ++tokens));
            }
        }
        Answer changed = answer.with(steps);
        if (how == How.EARLY) {
            changed = changed.insertAt(changed.afterTokens(0), usage(10, 20));
        }
        return changed.measured();
    }

    private void last(List<Step> steps) {
        switch (how) {
            case NONE, EARLY, EVERY, WITH_FINISH -> {}
            case TWICE -> {
                steps.add(usage(10, 20));
                steps.add(usage(20, 40));
            }
            case GROQ -> steps.add(chunk(",\"x_groq\":{\"id\":\"req_sim\",", 10, 20, "}"));
            case BAD -> {
                steps.add(usage(10, 20));
                steps.add(
                        Body.event(
                                Piece.of(
                                        Chunk.HEAD
                                                + "[],\"usage\":{\"prompt_tokens\":\"many\","
                                                + "\"completion_tokens\":-1,\"total_tokens\":null}}\n\n")));
            }
        }
    }

    private static Body usage(int input, int output) {
        return chunk(",", input, output, "");
    }

    private static Body chunk(String before, int input, int output, String after) {
        return Body.event(
                Piece.of(Chunk.HEAD + "[]" + before + json(input, output) + after + "}\n\n"));
    }

    private static String json(int input, int output) {
        return "\"usage\":{\"prompt_tokens\":%d,\"completion_tokens\":%d,\"total_tokens\":%d}"
                .formatted(input, output, input + output);
    }

    private static Body withUsage(Body finish) {
        String text = finish.piece().toString();
        int end = text.lastIndexOf('}');
        return new Body(
                Piece.of(text.substring(0, end) + "," + json(10, 20) + text.substring(end)),
                finish.events(),
                finish.content());
    }
}
