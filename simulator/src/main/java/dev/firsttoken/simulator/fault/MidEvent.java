package dev.firsttoken.simulator.fault;

import dev.firsttoken.simulator.answer.Answer;
import dev.firsttoken.simulator.answer.Piece;
import dev.firsttoken.simulator.answer.Step.Body;
import dev.firsttoken.simulator.dialect.Dialect;
import dev.firsttoken.simulator.dialect.Dialects;
import dev.firsttoken.simulator.word.Word;
import java.util.List;

/// An answer that ends inside an event.
///
/// @param dialect that of the request, known once one has asked
public record MidEvent(int afterTokens, Where where, Cut.How how, Dialect dialect)
        implements Fault {

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

    public MidEvent(int afterTokens, Where where, Cut.How how) {
        this(afterTokens, where, how, Dialects.CHAT);
    }

    @Override
    public Fault asked(Asked request) {
        return new MidEvent(afterTokens, where, how, request.dialect());
    }

    @Override
    public Reach reach() {
        return switch (where) {
            case LINE -> Reach.EVERY_DIALECT;
            case BLANK -> Reach.EVENT_STREAMS;
            case CHARACTER -> Reach.CHAT;
        };
    }

    @Override
    public Answer apply(Answer answer) {
        if (!answer.streamed()) {
            return new Cut(afterTokens, how).apply(answer);
        }
        if (!dialect.equals(Dialects.CHAT)) {
            return inNext(answer);
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

    /// The event that is due next is the one that is not whole.
    private Answer inNext(Answer answer) {
        int at = answer.afterTokens(afterTokens);
        while (at < answer.steps().size() && !(answer.steps().get(at) instanceof Body)) {
            at++;
        }
        if (at == answer.steps().size()) {
            return answer;
        }
        byte[] event = ((Body) answer.steps().get(at)).piece().toByteArray();
        int length = where == Where.LINE ? event.length / 2 : event.length - lineEnd(event);
        Answer cut = answer.cutAt(at, Body.bytes(Piece.of(event, 0, length)), how.step());
        return how == Cut.How.CLEAN ? cut.measured() : cut;
    }

    private static int lineEnd(byte[] event) {
        return event[event.length - 2] == '\r' ? 2 : 1;
    }

    private static int firstWide(byte[] bytes) {
        int at = 0;
        while (bytes[at] >= 0) {
            at++;
        }
        return at;
    }
}
