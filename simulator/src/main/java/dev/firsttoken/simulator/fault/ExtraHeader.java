package dev.firsttoken.simulator.fault;

import dev.firsttoken.simulator.answer.Answer;
import dev.firsttoken.simulator.answer.Header;
import dev.firsttoken.simulator.word.Word;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// One header more, in place of one with the same name: `retry-after` on a refusal, or an odd one
/// on a healthy answer.
public record ExtraHeader(String name, String value) implements Fault {

    static final List<Word<Fault>> WORDS =
            List.of(
                    new Word<>(
                            "header",
                            "NAME:VALUE",
                            "x-odd:1",
                            "send this header",
                            ExtraHeader::parse));

    public ExtraHeader {
        name = name.toLowerCase(Locale.ROOT);
        if (name.isEmpty() || !name.chars().allMatch(c -> c > ' ' && c < 0x7f && c != ':')) {
            throw Word.bad("header", name, "a header name");
        }
        if (!value.chars().allMatch(c -> c >= ' ' && c < 0x7f)) {
            throw Word.bad("header", value, "printable ASCII");
        }
    }

    public static ExtraHeader retryAfter(Duration duration) {
        return new ExtraHeader("retry-after", Long.toString(duration.plusMillis(999).toSeconds()));
    }

    private static ExtraHeader parse(String text) {
        int colon = text.indexOf(':');
        if (colon < 1) {
            throw Word.bad("header", text, "NAME:VALUE");
        }
        return new ExtraHeader(text.substring(0, colon), text.substring(colon + 1));
    }

    @Override
    public Answer apply(Answer answer) {
        return answer.mapHead(head -> {
            List<Header> headers = new ArrayList<>(head.headers());
            headers.removeIf(header -> header.name().equals(name));
            headers.add(new Header(name, value));
            return head.withHeaders(headers);
        });
    }
}
