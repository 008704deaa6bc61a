package dev.firsttoken.simulator.fault;

import dev.firsttoken.simulator.answer.Answer;
import dev.firsttoken.simulator.answer.Http;
import dev.firsttoken.simulator.answer.Piece;
import dev.firsttoken.simulator.answer.Step;
import dev.firsttoken.simulator.answer.Step.Raw;
import dev.firsttoken.simulator.word.Word;
import java.util.Arrays;
import java.util.List;

/// An answer that is no HTTP, and then the end of the connection.
public record NotHttp(Kind kind) implements Fault {

    /// What it is instead.
    public enum Kind {
        /// What an SSH server greets with.
        SSH("SSH-2.0-OpenSSH_9.6\r\n"),
        /// A TLS alert: handshake failure.
        TLS("\u0015\u0003\u0003\0\u0002\u0002("),
        /// A status line whose status is no number.
        BAD_STATUS("HTTP/1.1 2OO OK\r\ncontent-length: 0\r\n\r\n"),
        BAD_VERSION("HTTP/9.9 200 OK\r\ncontent-length: 0\r\n\r\n"),
        /// A stream without any head, as HTTP/0.9 would have it.
        NO_HEAD("data: {}\n\n");

        private final String bytes;

        Kind(String bytes) {
            this.bytes = bytes;
        }
    }

    static final List<Word<Fault>> WORDS =
            List.of(
                    Word.choice(
                            "not-http",
                            Arrays.asList(Kind.values()),
                            Word::of,
                            "answer with something that is not HTTP, and close",
                            NotHttp::new));

    @Override
    public Http onlyOn() {
        return Http.HTTP_1;
    }

    @Override
    public Answer apply(Answer answer) {
        return answer.cutAt(0, new Raw(Piece.of(kind.bytes)), new Step.Cut());
    }
}
