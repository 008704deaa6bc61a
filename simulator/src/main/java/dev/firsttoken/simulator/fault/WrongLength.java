package dev.firsttoken.simulator.fault;

import dev.firsttoken.simulator.answer.Answer;
import dev.firsttoken.simulator.answer.Framing;
import dev.firsttoken.simulator.answer.Http;
import dev.firsttoken.simulator.answer.Step;
import dev.firsttoken.simulator.answer.Step.End;
import dev.firsttoken.simulator.word.Word;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A Content-Length that the body does not have, or more than one way to say where it ends.
///
/// @param bytes by how much the length is wrong; not used by all
public record WrongLength(How how, int bytes) implements Fault {

    /// How the length is wrong.
    public enum How {
        /// Fewer bytes are promised than come.
        SHORT,
        /// More bytes are promised than come before the connection is closed.
        LONG,
        /// There are two Content-Lengths, the first one wrong.
        TWO,
        /// There are Content-Length and Transfer-Encoding: chunked, and the latter is right.
        AND_CHUNKED,
        /// It is no number.
        NO_NUMBER
    }

    static final List<Word<Fault>> WORDS =
            List.of(
                    count("length-short", "promise N bytes fewer than there are", How.SHORT),
                    count("length-long", "promise N bytes more than come", How.LONG),
                    flag("two-lengths", "send two Content-Lengths that differ", How.TWO),
                    flag(
                            "length-and-chunked",
                            "send Content-Length and Transfer-Encoding",
                            How.AND_CHUNKED),
                    flag("bad-length", "send a Content-Length that is no number", How.NO_NUMBER));

    private static Word<Fault> count(String name, String help, How how) {
        return Word.count(name, 1, Integer.MAX_VALUE, help, n -> new WrongLength(how, n));
    }

    private static Word<Fault> flag(String name, String help, How how) {
        return Word.flag(name, help, () -> new WrongLength(how, 7));
    }

    @Override
    public @Nullable Http onlyOn() {
        return how == How.AND_CHUNKED || how == How.NO_NUMBER ? Http.HTTP_1 : null;
    }

    @Override
    public Answer apply(Answer answer) {
        long length = answer.bodyLength();
        return switch (how) {
            case SHORT -> promising(Math.max(0, length - bytes), answer);
            case LONG -> {
                List<Step> steps = new ArrayList<>(promising(length + bytes, answer).steps());
                steps.replaceAll(step -> step instanceof End ? new Step.Cut() : step);
                yield answer.with(steps);
            }
            case TWO -> promising(length, saying(Long.toString(length + bytes), answer));
            case AND_CHUNKED ->
                    saying(Long.toString(length + bytes), answer)
                            .mapHead(head -> head.withFraming(Framing.CHUNKED));
            case NO_NUMBER ->
                    saying("+" + length + "x", answer)
                            .mapHead(head -> head.withFraming(Framing.NONE));
        };
    }

    private static Answer promising(long length, Answer answer) {
        return answer.mapHead(
                head -> head.withFraming(Framing.CONTENT_LENGTH).withContentLength(length));
    }

    private static Answer saying(String length, Answer answer) {
        return new ExtraHeader("content-length", length).apply(answer);
    }
}
