package dev.firsttoken.simulator.fault;

import dev.firsttoken.simulator.answer.Answer;
import dev.firsttoken.simulator.answer.Piece;
import dev.firsttoken.simulator.answer.Step.Body;
import dev.firsttoken.simulator.word.Word;
import java.util.List;

/// One token more whose text is hard to carry.
public record OddText(int afterTokens, What what) implements Fault {

    /// A text that takes two, three and four bytes for a character.
    public static final String WIDE = "Zürich 日本 🌍";

    /// What is hard about it.
    public enum What {
        /// [#WIDE].
        WIDE,
        /// Bytes that are not UTF-8: a stray byte, half a character, an overlong one, a surrogate.
        BAD_UTF8,
        /// Escapes: a lone surrogate, NUL, U+2028.
        ESCAPES
    }

    static final List<Word<Fault>> WORDS =
            List.of(
                    word(
                            "wide-after",
                            "after N tokens send one with 2, 3 and 4 byte characters",
                            What.WIDE),
                    word(
                            "bad-utf8-after",
                            "after N tokens send one with bytes that are not UTF-8",
                            What.BAD_UTF8),
                    word(
                            "escapes-after",
                            "after N tokens send one with \\ud800, \\u0000 and \\u2028",
                            What.ESCAPES));

    private static Word<Fault> word(String name, String help, What what) {
        return Word.count(name, 0, Integer.MAX_VALUE, help, n -> new OddText(n, what));
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
        Body token =
                switch (what) {
                    case WIDE -> Chunk.token(" " + WIDE);
                    case BAD_UTF8 ->
                            new Body(
                                    Piece.ofLatin1(
                                            Chunk.token(
                                                            " \u00ff \u00c3( \u00c0\u00af \u00ed\u00a0\u0080")
                                                    .piece()
                                                    .toString()),
                                    1,
                                    true);
                    case ESCAPES -> Chunk.token(" \\ud800 \\u0000 \\u2028");
                };
        return answer.insertAt(answer.afterTokens(afterTokens), token).measured();
    }
}
