package dev.firsttoken.simulator.fault;

import dev.firsttoken.simulator.answer.Answer;
import dev.firsttoken.simulator.answer.Piece;
import dev.firsttoken.simulator.answer.Step.Body;
import dev.firsttoken.simulator.word.Word;
import java.util.List;

/// An answer that ends inside an event.
public record MidEvent(int afterTokens, Where where, Cut.How how) implements Fault {

    /// Where in the event.
    public enum Where {
        /// In the middle of its data line.
        LINE,
        /// Behind its data line, before the blank line that would make it an event.
        BLANK,
        /// Inside a character of two bytes.
        CHARACTER
    }

    static final List<Word<Fault>> WORDS =
            List.of(
                    word(
                            "cut-in-event",
                            "close after N tokens and half an event",
                            Where.LINE,
                            Cut.How.FIN),
                    word("end-in-event", "end the body there properly", Where.LINE, Cut.How.CLEAN),
                    word(
                            "cut-before-blank",
                            "close after N tokens and an event without its blank line",
                            Where.BLANK,
                            Cut.How.FIN),
                    word(
                            "end-before-blank",
                            "end the body there properly",
                            Where.BLANK,
                            Cut.How.CLEAN),
                    word(
                            "cut-in-char",
                            "close after N tokens and half a character",
                            Where.CHARACTER,
                            Cut.How.FIN),
                    word(
                            "end-in-char",
                            "end the body there properly",
                            Where.CHARACTER,
                            Cut.How.CLEAN));

    private static Word<Fault> word(String name, String help, Where where, Cut.How how) {
        return Word.count(name, 0, Integer.MAX_VALUE, help, n -> new MidEvent(n, where, how));
    }

    @Override
    public Answer apply(Answer answer) {
        if (!answer.streamed()) {
            return new Cut(afterTokens, how).apply(answer);
        }
        byte[] event = Chunk.token(" Z\u00fcrich").piece().toByteArray();
        int length =
                switch (where) {
                    case LINE -> event.length / 2;
                    case BLANK -> event.length - 1;
                    case CHARACTER -> firstWide(event) + 1;
                };
        Body part = Body.bytes(Piece.of(event, 0, length));
        Answer whole = answer.insertAt(answer.afterTokens(afterTokens), part);
        int at = whole.steps().indexOf(part) + 1;
        Answer cut = whole.cutAt(at, how.step());
        return how == Cut.How.CLEAN ? cut.measured() : cut;
    }

    private static int firstWide(byte[] bytes) {
        int at = 0;
        while (bytes[at] >= 0) {
            at++;
        }
        return at;
    }
}
