package dev.firsttoken.simulator.fault;

import dev.firsttoken.simulator.answer.Answer;
import dev.firsttoken.simulator.answer.Piece;
import dev.firsttoken.simulator.answer.Step;
import dev.firsttoken.simulator.answer.Step.Body;
import dev.firsttoken.simulator.word.Word;
import java.util.ArrayList;
import java.util.List;

/// Lines that end in CRLF or CR, both of which an event stream allows.
///
/// @param ends taken in turns, line by line
public record LineEnds(List<String> ends) implements Fault {

    static final List<Word<Fault>> WORDS =
            List.of(
                    word("crlf", "end lines with CRLF", "\r\n"),
                    word("cr", "end lines with CR", "\r"),
                    word(
                            "mixed-ends",
                            "end lines with LF, CRLF and CR by turns",
                            "\n",
                            "\r\n",
                            "\r"));

    public LineEnds {
        ends = List.copyOf(ends);
    }

    private static Word<Fault> word(String name, String help, String... ends) {
        return Word.flag(name, help, () -> new LineEnds(List.of(ends)));
    }

    @Override
    public Reach reach() {
        return Reach.EVENT_STREAMS;
    }

    @Override
    public Answer apply(Answer answer) {
        if (!answer.streamed()) {
            return answer;
        }
        List<Step> steps = new ArrayList<>();
        int line = 0;
        for (Step step : answer.steps()) {
            if (!(step instanceof Body body)) {
                steps.add(step);
                continue;
            }
            StringBuilder text = new StringBuilder();
            for (char c : body.piece().latin1().toCharArray()) {
                if (c == '\n') {
                    text.append(end(line++, text));
                } else {
                    text.append(c);
                }
            }
            steps.add(new Body(Piece.ofLatin1(text.toString()), body.events(), body.content()));
        }
        return answer.with(steps).measured();
    }

    private String end(int line, StringBuilder before) {
        String end = ends.get(line % ends.size());
        // LF behind CR would make one line end out of two.
        boolean melts =
                end.equals("\n") && !before.isEmpty() && before.charAt(before.length() - 1) == '\r';
        return melts ? "\r\n" : end;
    }
}
