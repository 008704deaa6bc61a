package dev.firsttoken.simulator.fault;

import dev.firsttoken.simulator.answer.Answer;
import dev.firsttoken.simulator.answer.Http;
import dev.firsttoken.simulator.word.Word;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One way for an answer to go wrong.
///
/// To add one, write its file and give its words a place in the [Catalogue]. Tokens are counted by
/// events with content: "after 0 tokens" is after the role and before the first word. A fault that
/// does not apply to an answer, such as a missing `[DONE]` on one that is not streamed, leaves it
/// as it is.
public interface Fault {

    /// The answer a client gets instead.
    Answer apply(Answer answer);

    /// The version of HTTP without which this fault cannot be said, null if any will do.
    default @Nullable Http onlyOn() {
        return null;
    }

    /// What this fault is for one request: itself, unless it depends on the request.
    default Fault asked(Asked request) {
        return this;
    }

    /// What of a request a fault may depend on.
    ///
    /// @param authorization the header, empty if there is none
    /// @param first whether it is the first request on its connection
    record Asked(Http http, String authorization, boolean first) {}

    /// The words for all faults, in the order in which faults take effect when several are asked
    /// for: what the answer is, then its bytes, then where it breaks.
    static List<Word<Fault>> words() {
        return Catalogue.groups().stream().flatMap(group -> group.words().stream()).toList();
    }

    /// What these faults are for one request.
    ///
    /// @throws IllegalArgumentException if one of them cannot be said in the request's version of
    ///   HTTP
    static List<Fault> allAsked(List<Fault> faults, Asked request) {
        for (Fault fault : faults) {
            Http only = fault.onlyOn();
            if (only != null && only != request.http()) {
                throw new IllegalArgumentException(
                        "fault "
                                + fault
                                + ": asked for on "
                                + request.http()
                                + " (expected: "
                                + only
                                + ", for it is made of what no other version has)");
            }
        }
        return faults.stream().map(fault -> fault.asked(request)).toList();
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
