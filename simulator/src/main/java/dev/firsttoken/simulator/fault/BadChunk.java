package dev.firsttoken.simulator.fault;

import dev.firsttoken.simulator.answer.Answer;
import dev.firsttoken.simulator.answer.Framing;
import dev.firsttoken.simulator.answer.Http;
import dev.firsttoken.simulator.answer.Piece;
import dev.firsttoken.simulator.answer.Step.Raw;
import dev.firsttoken.simulator.word.Word;
import java.util.Arrays;
import java.util.List;

/// A chunk that HTTP/1.1 does not allow, after some tokens of a chunked body.
public record BadChunk(int afterTokens, Kind kind) implements Fault {

    /// What is wrong with it.
    public enum Kind {
        /// The size is no number.
        LETTERS("zz\r\n"),
        NEGATIVE("-5\r\nhello\r\n"),
        /// The size does not fit into 64 bits.
        HUGE("10000000000000005\r\nhello\r\n"),
        /// The data is longer than the size.
        LONGER("3\r\nhello\r\n"),
        /// A bare LF ends the size line.
        BARE_LF("5\nhello\r\n"),
        /// A chunk extension of 1 MiB.
        EXTENSION("5;a=" + "a".repeat(1 << 20) + "\r\nhello\r\n");

        private final String bytes;

        Kind(String bytes) {
            this.bytes = bytes;
        }
    }

    static final List<Word<Fault>> WORDS =
            List.of(
                    new Word<>(
                            "bad-chunk-after",
                            "N[:KIND]",
                            "3",
                            "after N tokens send a chunk size of letters (the default), or one that"
                                    + " is negative, huge, bare-lf, has an extension of 1 MiB, or"
                                    + " whose data is longer",
                            BadChunk::parse));

    private static BadChunk parse(String text) {
        String[] parts = text.split(":", 2);
        return new BadChunk(
                Word.wholeNumber("bad-chunk-after", parts[0], 0, Integer.MAX_VALUE),
                parts.length == 1
                        ? Kind.LETTERS
                        : Word.choice(
                                "bad-chunk-after",
                                parts[1],
                                Arrays.asList(Kind.values()),
                                Word::of));
    }

    @Override
    public Http onlyOn() {
        return Http.HTTP_1;
    }

    @Override
    public Answer apply(Answer answer) {
        Answer chunked = answer.mapHead(head -> head.withFraming(Framing.CHUNKED));
        return chunked.insertAt(chunked.afterTokens(afterTokens), new Raw(Piece.of(kind.bytes)));
    }
}
