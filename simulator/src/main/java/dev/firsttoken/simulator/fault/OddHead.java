package dev.firsttoken.simulator.fault;

import dev.firsttoken.simulator.answer.Answer;
import dev.firsttoken.simulator.answer.Header;
import dev.firsttoken.simulator.answer.Http;
import dev.firsttoken.simulator.word.Word;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A response head with one line that HTTP/1.1 forbids or frowns upon.
public record OddHead(Line line) implements Fault {

    /// The line.
    public enum Line {
        /// A header that goes on in the next line, obs-fold.
        FOLDED("x-odd", "one\r\n two"),
        NUL("x-odd", "a\0b"),
        /// A CR without LF in a value.
        BARE_CR("x-odd", "a\rset-cookie: b"),
        /// A header that ends in LF alone.
        BARE_LF("x-odd", "a\nx-other: b"),
        /// Bytes beyond ASCII.
        LATIN1("x-odd", "Z\u00fcrich"),
        NO_COLON("x-odd", "a\r\nno colon"),
        SPACE_BEFORE_COLON("x-odd ", "a"),
        EMPTY_NAME("", "a");

        private final String name;
        private final String value;

        Line(String name, String value) {
            this.name = name;
            this.value = value;
        }
    }

    static final List<Word<Fault>> WORDS =
            List.of(
                    Word.choice(
                            "odd-header",
                            Arrays.asList(Line.values()),
                            Word::of,
                            "send a header line that is like this",
                            OddHead::new));

    @Override
    public Http onlyOn() {
        return Http.HTTP_1;
    }

    @Override
    public Answer apply(Answer answer) {
        return answer.mapHead(head -> {
            List<Header> headers = new ArrayList<>(head.headers());
            headers.add(new Header(line.name, line.value));
            return head.withHeaders(headers);
        });
    }
}
