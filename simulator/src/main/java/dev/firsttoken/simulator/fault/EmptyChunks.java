package dev.firsttoken.simulator.fault;

import dev.firsttoken.simulator.answer.Answer;
import dev.firsttoken.simulator.answer.Step;
import dev.firsttoken.simulator.answer.Step.Body;
import dev.firsttoken.simulator.word.Word;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Chunks that say nothing, before the first token or between tokens.
public record EmptyChunks(What what, int count) implements Fault {

    /// What is in them instead.
    public enum What {
        /// `"choices":[]`, as Azure begins.
        NO_CHOICES,
        /// A delta without members.
        EMPTY_DELTA,
        /// A delta whose content is `null` or an empty string, in turns.
        EMPTY_CONTENT,
        /// The role, before every event.
        ROLE
    }

    static final List<Word<Fault>> WORDS =
            List.of(
                    word("empty-choices", "send N chunks without choices first", What.NO_CHOICES),
                    word(
                            "empty-deltas",
                            "send N chunks with an empty delta first",
                            What.EMPTY_DELTA),
                    word(
                            "empty-contents",
                            "send N chunks with null or no text first",
                            What.EMPTY_CONTENT),
                    Word.flag(
                            "roles",
                            "send a chunk with only the role before every event",
                            () -> new EmptyChunks(What.ROLE, 1)));

    private static final Step NO_CHOICES = Chunk.choices("[]");
    private static final Step EMPTY_DELTA = Chunk.choices(Chunk.delta("{}"));
    private static final Step NULL_CONTENT = Chunk.choices(Chunk.delta("{\"content\":null}"));
    private static final Step EMPTY_CONTENT = Chunk.choices(Chunk.delta("{\"content\":\"\"}"));
    private static final Step ROLE = Chunk.choices(Chunk.delta("{\"role\":\"assistant\"}"));

    private static Word<Fault> word(String name, String help, What what) {
        return Word.count(name, 1, 100_000, help, n -> new EmptyChunks(what, n));
    }

    @Override
    public Reach reach() {
        return Reach.CHAT;
    }

    @Override
    public Answer apply(Answer answer) {
        if (!answer.streamed()) {
            return answer;
        }
        return switch (what) {
            case NO_CHOICES -> first(answer, NO_CHOICES);
            case EMPTY_DELTA -> first(answer, EMPTY_DELTA);
            case EMPTY_CONTENT -> first(answer, NULL_CONTENT, EMPTY_CONTENT);
            case ROLE -> everywhere(answer);
        };
    }

    private Answer first(Answer answer, Step... chunks) {
        Step[] all = new Step[count];
        Arrays.setAll(all, i -> chunks[i % chunks.length]);
        return answer.insertAt(answer.afterTokens(0), all).measured();
    }

    private static Answer everywhere(Answer answer) {
        List<Step> steps = new ArrayList<>();
        for (Step step : answer.steps()) {
            if (step instanceof Body && !Chunk.isDone(step)) {
                steps.add(ROLE);
            }
            steps.add(step);
        }
        return answer.with(steps).measured();
    }
}
