package dev.firsttoken.simulator.fault;

import dev.firsttoken.simulator.answer.Answer;
import dev.firsttoken.simulator.answer.Header;
import dev.firsttoken.simulator.answer.Step;
import dev.firsttoken.simulator.answer.Step.Head;
import dev.firsttoken.simulator.answer.Step.MoreHeaders;
import dev.firsttoken.simulator.answer.Step.OpenHead;
import dev.firsttoken.simulator.answer.Step.Repeat;
import dev.firsttoken.simulator.word.Word;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// A response head that is too large, or that never ends.
public record HugeHead(What what, long size) implements Fault {

    /// In which way.
    public enum What {
        /// So many short headers.
        MANY,
        /// One header with so long a value.
        LONG,
        /// Headers until the client leaves; on HTTP/2 in CONTINUATION frames.
        ENDLESS
    }

    private static final int MAX_LONG = 64 << 20;

    static final List<Word<Fault>> WORDS =
            List.of(
                    Word.count(
                            "many-headers",
                            1,
                            1_000_000,
                            "send N headers more",
                            n -> new HugeHead(What.MANY, n)),
                    Word.size(
                            "long-header",
                            "send one header with this many bytes",
                            bytes -> new HugeHead(What.LONG, bytes)),
                    Word.flag(
                            "endless-headers",
                            "send headers until the client leaves",
                            () -> new HugeHead(What.ENDLESS, 1)));

    public HugeHead {
        if (what == What.LONG && size > MAX_LONG) {
            throw Word.bad("long-header", Long.toString(size), "1 to 64m");
        }
    }

    @Override
    public Answer apply(Answer answer) {
        return switch (what) {
            case MANY ->
                    with(Collections.nCopies((int) size, new Header("x-many", "more")), answer);
            case LONG -> with(List.of(new Header("x-long", "a".repeat((int) size))), answer);
            case ENDLESS -> endless(answer);
        };
    }

    private static Answer with(List<Header> more, Answer answer) {
        return answer.mapHead(head -> {
            List<Header> headers = new ArrayList<>(head.headers());
            headers.addAll(more);
            return head.withHeaders(headers);
        });
    }

    private static Answer endless(Answer answer) {
        int after = answer.afterHead();
        if (after == 0 || !(answer.steps().get(after - 1) instanceof Head head)) {
            return answer;
        }
        Step more = new MoreHeaders(List.of(new Header("x-endless", "a".repeat(1000))));
        return answer.cutAt(
                after - 1,
                new OpenHead(head.status(), head.headers()),
                new Repeat(more, Repeat.FOR_EVER));
    }
}
