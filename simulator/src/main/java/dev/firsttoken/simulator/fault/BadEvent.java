package dev.firsttoken.simulator.fault;

import dev.firsttoken.simulator.answer.Answer;
import dev.firsttoken.simulator.answer.Piece;
import dev.firsttoken.simulator.answer.Step.Body;
import dev.firsttoken.simulator.word.Word;
import java.util.List;

/// One event whose data is not JSON, among healthy ones.
public record BadEvent(int afterTokens) implements Fault {

    static final List<Word<Fault>> WORDS =
            List.of(
                    Word.count(
                            "garbage-after",
                            0,
                            Integer.MAX_VALUE,
                            "send one event of broken JSON after N tokens",
                            BadEvent::new));

    private static final Piece FRAME =
            Piece.of(
                    "data: {\"id\":\"chatcmpl-\",\"choices\":[{\"delta\":{\"content\":\"\\u00\n\n");

    @Override
    public Answer apply(Answer answer) {
        return answer.insertAt(answer.afterTokens(afterTokens), Body.event(FRAME)).measured();
    }
}
