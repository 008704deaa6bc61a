package dev.firsttoken.simulator.fault;

import dev.firsttoken.simulator.answer.Answer;
import dev.firsttoken.simulator.answer.Piece;
import dev.firsttoken.simulator.answer.Step;
import dev.firsttoken.simulator.answer.Step.Body;
import dev.firsttoken.simulator.word.Word;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Events written in another of the ways that an event stream allows.
public record Fields(How how) implements Fault {

    /// In which way.
    public enum How {
        /// `data:` without a space behind it.
        NO_SPACE,
        /// The JSON on two `data:` lines.
        MULTI_LINE,
        /// `id:` and `retry:` with each event.
        IDS,
        /// An `id:` that holds NUL, which is to be ignored.
        NUL_ID,
        /// Fields that nobody knows, and a line without a colon.
        UNKNOWN,
        /// `event:` before the data.
        NAMED,
        /// `event:` after the data, as bedrock-mantle has it.
        NAMED_AFTER,
        /// Blanks around the JSON.
        PADDED,
        /// The last event without the blank line behind it, as llama.cpp ends.
        NO_LAST_BLANK
    }

    static final List<Word<Fault>> WORDS =
            List.of(
                    Word.choice(
                            "fields",
                            Arrays.asList(How.values()),
                            Word::of,
                            "write the events' lines like this",
                            Fields::new));

    @Override
    public Reach reach() {
        return Reach.EVENT_STREAMS;
    }

    @Override
    public Answer apply(Answer answer) {
        if (!answer.streamed()) {
            return answer;
        }
        if (how == How.NO_LAST_BLANK) {
            return withoutLastBlank(answer);
        }
        return answer.mapBody(this::changed).measured();
    }

    private Body changed(Body body) {
        String text = body.piece().latin1();
        if (!text.startsWith("data: ")) {
            return body;
        }
        String other =
                switch (how) {
                    case NO_SPACE -> "data:" + text.substring(6);
                    case MULTI_LINE -> text.replaceFirst("^data: \\{", "data: {\ndata: ");
                    case IDS -> "id: 7\nretry: 1\n" + text;
                    case NUL_ID -> "id: a\0b\n" + text;
                    case UNKNOWN -> "x-unknown: yes\nbare\ndatum: no\n" + text;
                    case NAMED -> "event: message\n" + text;
                    case NAMED_AFTER -> text.substring(0, text.length() - 1) + "event: message\n\n";
                    case PADDED -> "data:   " + text.substring(6, text.length() - 2) + "    \n\n";
                    case NO_LAST_BLANK -> text;
                };
        return new Body(Piece.ofLatin1(other), body.events(), body.content());
    }

    private static Answer withoutLastBlank(Answer answer) {
        List<Step> steps = new ArrayList<>(answer.steps());
        for (int i = steps.size() - 1; i >= 0; i--) {
            if (steps.get(i) instanceof Body body) {
                byte[] bytes = body.piece().toByteArray();
                if (bytes.length > 1) {
                    steps.set(
                            i,
                            new Body(
                                    Piece.of(bytes, 0, bytes.length - 1),
                                    body.events(),
                                    body.content()));
                }
                break;
            }
        }
        return answer.with(steps).measured();
    }
}
