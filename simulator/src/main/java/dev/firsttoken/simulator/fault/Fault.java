package dev.firsttoken.simulator.fault;

import dev.firsttoken.simulator.answer.Answer;
import dev.firsttoken.simulator.word.Word;
import java.util.List;
import java.util.stream.Stream;

/// One way for an answer to go wrong.
///
/// To add one, write its file and name it twice here. Tokens are counted by events with content:
/// "after 0 tokens" is after the role and before the first word. A fault that does not apply to an
/// answer, such as a missing `[DONE]` on one that is not streamed, leaves it as it is.
public sealed interface Fault
        permits BadEvent,
                Cut,
                DoneMark,
                ErrorEvent,
                ExtraHeader,
                Gzip,
                Html,
                Keepalives,
                LineEnds,
                NoBody,
                ResetHeaders,
                Silent,
                SlowHeaders,
                Stall,
                Status,
                TrailingBytes {

    /// The answer a client gets instead.
    Answer apply(Answer answer);

    /// The words for all faults, in the order in which faults take effect when several are asked
    /// for: what the answer is, then its bytes, then where it breaks.
    static List<Word<Fault>> words() {
        return Stream.of(
                        Html.WORDS,
                        Status.WORDS,
                        NoBody.WORDS,
                        ExtraHeader.WORDS,
                        DoneMark.WORDS,
                        Keepalives.WORDS,
                        BadEvent.WORDS,
                        ErrorEvent.WORDS,
                        LineEnds.WORDS,
                        Gzip.WORDS,
                        TrailingBytes.WORDS,
                        Stall.WORDS,
                        Cut.WORDS,
                        SlowHeaders.WORDS,
                        ResetHeaders.WORDS,
                        Silent.WORDS)
                .<Word<Fault>>flatMap(List::stream)
                .toList();
    }

    /// Several faults on one answer, in the order given.
    static Answer applyAll(List<Fault> faults, Answer answer) {
        Answer result = answer;
        for (Fault fault : faults) {
            result = fault.apply(result);
        }
        return result;
    }
}
