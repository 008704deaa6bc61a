package dev.firsttoken.simulator.fault;

import dev.firsttoken.simulator.answer.Answer;
import dev.firsttoken.simulator.answer.Framing;
import dev.firsttoken.simulator.answer.Header;
import dev.firsttoken.simulator.answer.Piece;
import dev.firsttoken.simulator.answer.Step.Body;
import dev.firsttoken.simulator.answer.Step.End;
import dev.firsttoken.simulator.answer.Step.Head;
import dev.firsttoken.simulator.word.Word;
import java.util.List;

/// A web page with status 200 where an answer should be, as captive portals and broken proxies send
/// it.
public record Html() implements Fault {

    static final List<Word<Fault>> WORDS =
            List.of(Word.flag("html", "answer 200 with a web page", Html::new));

    private static final Piece PAGE =
            Piece.of(
                    """
                    <!DOCTYPE html>
                    <html><head><title>Welcome</title></head>
                    <body><h1>Please sign in</h1></body></html>
                    """);

    @Override
    public Answer apply(Answer answer) {
        return new Answer(
                        false,
                        List.of(
                                new Head(
                                        200,
                                        List.of(new Header("content-type", "text/html")),
                                        Framing.CONTENT_LENGTH),
                                Body.bytes(PAGE),
                                new End()))
                .measured();
    }
}
