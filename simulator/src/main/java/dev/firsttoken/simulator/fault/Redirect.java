package dev.firsttoken.simulator.fault;

import dev.firsttoken.simulator.answer.Answer;
import dev.firsttoken.simulator.answer.Framing;
import dev.firsttoken.simulator.answer.Header;
import dev.firsttoken.simulator.answer.Step.End;
import dev.firsttoken.simulator.answer.Step.Head;
import dev.firsttoken.simulator.word.Word;
import java.util.List;
import java.util.Set;

/// A redirect. Whoever follows it shows the credential to another place.
///
/// @param location by default a path of the simulator's own, so that a client that follows is seen
public record Redirect(int status, String location) implements Fault {

    private static final String ELSEWHERE = "/elsewhere/chat/completions";
    private static final Set<Integer> STATUSES = Set.of(300, 301, 302, 303, 307, 308);

    static final List<Word<Fault>> WORDS =
            List.of(
                    new Word<>(
                            "redirect",
                            "STATUS[:URL]",
                            "307",
                            "redirect with 301, 302, 303, 307 or 308 to another place",
                            Redirect::parse));

    public Redirect {
        if (!STATUSES.contains(status)) {
            throw Word.bad("redirect", Integer.toString(status), "300 to 303, 307 or 308");
        }
        if (location.isEmpty() || !location.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw Word.bad("redirect", location, "a URL");
        }
    }

    private static Redirect parse(String text) {
        int colon = text.indexOf(':');
        String status = colon < 0 ? text : text.substring(0, colon);
        return new Redirect(
                Word.wholeNumber("redirect", status, 300, 308),
                colon < 0 ? ELSEWHERE : text.substring(colon + 1));
    }

    @Override
    public Answer apply(Answer answer) {
        return new Answer(
                false,
                List.of(
                        new Head(
                                status,
                                List.of(new Header("location", location)),
                                Framing.CONTENT_LENGTH),
                        new End()));
    }
}
