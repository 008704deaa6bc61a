package dev.firsttoken.simulator.fault;

import dev.firsttoken.simulator.answer.Answer;
import dev.firsttoken.simulator.answer.Header;
import dev.firsttoken.simulator.word.Word;
import java.util.List;

/// Another content type than the body has, or none.
///
/// @param type empty for none
public record ContentType(String type) implements Fault {

    private static final String NAME = "content-type";

    static final List<Word<Fault>> WORDS =
            List.of(
                    new Word<>(
                            NAME,
                            "TYPE",
                            "text/plain",
                            "send this content type, such as text/event-stream;charset=utf-16",
                            ContentType::parse),
                    Word.flag(
                            "no-content-type", "send no content type", () -> new ContentType("")));

    private static ContentType parse(String type) {
        if (type.isEmpty()) {
            throw Word.bad(NAME, type, "a content type");
        }
        return new ContentType(type);
    }

    @Override
    public Answer apply(Answer answer) {
        if (!type.isEmpty()) {
            return new ExtraHeader(NAME, type).apply(answer);
        }
        return answer.mapHead(head ->
                head.withHeaders(head.headers().stream().filter(ContentType::isOther).toList()));
    }

    private static boolean isOther(Header header) {
        return !header.name().equals(NAME);
    }
}
