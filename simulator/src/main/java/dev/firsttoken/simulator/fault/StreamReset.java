package dev.firsttoken.simulator.fault;

import dev.firsttoken.simulator.answer.Answer;
import dev.firsttoken.simulator.answer.ErrorCode;
import dev.firsttoken.simulator.answer.Http;
import dev.firsttoken.simulator.answer.Step.Reset;
import dev.firsttoken.simulator.word.Word;
import java.util.Arrays;
import java.util.List;

/// A stream that the server resets, with a code of its choice.
///
/// @param afterTokens [#FIRST] for before the headers
public record StreamReset(int afterTokens, ErrorCode code) implements Fault {

    /// Before the headers.
    public static final int FIRST = -1;

    static final List<Word<Fault>> WORDS =
            List.of(
                    new Word<>(
                            "rst-stream-after",
                            "N:CODE",
                            "3:enhance-your-calm",
                            "send RST_STREAM after N tokens, with internal-error, cancel,"
                                    + " enhance-your-calm, or any other code by its name",
                            StreamReset::parse),
                    Word.flag(
                            "refused-stream",
                            "send RST_STREAM with REFUSED_STREAM before anything else",
                            () -> new StreamReset(FIRST, ErrorCode.REFUSED_STREAM)));

    private static StreamReset parse(String text) {
        String[] parts = text.split(":", 2);
        if (parts.length < 2) {
            throw Word.bad("rst-stream-after", text, "N:CODE such as 3:cancel");
        }
        return new StreamReset(
                Word.wholeNumber("rst-stream-after", parts[0], 0, Integer.MAX_VALUE),
                Word.choice(
                        "rst-stream-after", parts[1], Arrays.asList(ErrorCode.values()), Word::of));
    }

    @Override
    public Http onlyOn() {
        return Http.HTTP_2;
    }

    @Override
    public Answer apply(Answer answer) {
        int at = afterTokens == FIRST ? 0 : answer.afterTokens(afterTokens);
        return answer.cutAt(at, new Reset(code));
    }
}
