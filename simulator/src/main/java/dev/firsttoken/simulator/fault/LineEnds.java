package dev.firsttoken.simulator.fault;

import dev.firsttoken.simulator.answer.Answer;
import dev.firsttoken.simulator.answer.Piece;
import dev.firsttoken.simulator.answer.Step.Body;
import dev.firsttoken.simulator.word.Word;
import java.util.List;

/// Lines that end in CRLF or CR, both of which an event stream allows.
public record LineEnds(String end) implements Fault {

    static final List<Word<Fault>> WORDS =
            List.of(
                    Word.flag("crlf", "end lines with CRLF", () -> new LineEnds("\r\n")),
                    Word.flag("cr", "end lines with CR", () -> new LineEnds("\r")));

    @Override
    public Answer apply(Answer answer) {
        if (!answer.streamed()) {
            return answer;
        }
        return answer.mapBody(body ->
                        new Body(
                                Piece.of(body.piece().toString().replace("\n", end)),
                                body.events(),
                                body.content()))
                .measured();
    }
}
