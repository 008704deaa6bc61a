package dev.firsttoken.simulator.fault;

import dev.firsttoken.simulator.answer.Answer;
import dev.firsttoken.simulator.answer.Http;
import dev.firsttoken.simulator.dialect.Dialect;
import dev.firsttoken.simulator.dialect.Dialect.Lines;
import dev.firsttoken.simulator.dialect.Dialects;
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

    /// In which dialects this fault can be said.
    default Reach reach() {
        return Reach.EVERY_DIALECT;
    }

    /// The dialects that a fault is not too particular for.
    enum Reach {
        EVERY_DIALECT,
        /// It is made of the lines of an event stream.
        EVENT_STREAMS,
        /// It is made of chunks of a chat completion.
        CHAT;

        boolean holds(Dialect dialect) {
            return switch (this) {
                case EVERY_DIALECT -> true;
                case EVENT_STREAMS -> dialect.lines() == Lines.EVENT_STREAM;
                case CHAT -> dialect.equals(Dialects.CHAT);
            };
        }

        /// What it can be said in, for people; empty when that is everything.
        @Override
        public String toString() {
            return switch (this) {
                case EVERY_DIALECT -> "";
                case EVENT_STREAMS -> "event streams";
                case CHAT -> "chat completions";
            };
        }
    }

    /// What this fault is for one request: itself, unless it depends on the request.
    default Fault asked(Asked request) {
        return this;
    }

    /// What of a request a fault may depend on.
    ///
    /// @param key the request's credential, empty if there is none
    /// @param first whether it is the first request on its connection
    record Asked(Http http, Dialect dialect, String key, boolean first) {}

    /// The words for all faults, in the order in which faults take effect when several are asked
    /// for: what the answer is, then its bytes, then where it breaks.
    static List<Word<Fault>> words() {
        return Catalogue.groups().stream().flatMap(group -> group.words().stream()).toList();
    }

    /// What these faults are for one request.
    ///
    /// @throws IllegalArgumentException if one of them cannot be said in the request's version of
    ///   HTTP or in its dialect
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
            if (!fault.reach().holds(request.dialect())) {
                throw new IllegalArgumentException(
                        "fault "
                                + fault
                                + ": asked for in "
                                + request.dialect().title()
                                + " (expected: "
                                + fault.reach()
                                + ", for it is made of what no other dialect has)");
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
