package dev.firsttoken.simulator.fault;

import dev.firsttoken.simulator.answer.Answer;
import dev.firsttoken.simulator.answer.Piece;
import dev.firsttoken.simulator.answer.Step;
import dev.firsttoken.simulator.answer.Step.Body;
import dev.firsttoken.simulator.answer.Step.End;
import dev.firsttoken.simulator.word.Word;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/// A compressed body though nobody asked for one. Every event can still be read as soon as its
/// bytes are there.
public record Gzip() implements Fault {

    static final List<Word<Fault>> WORDS =
            List.of(Word.flag("gzip", "compress the body though not asked to", Gzip::new));

    @Override
    public Answer apply(Answer answer) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        List<Step> steps = new ArrayList<>();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes, 512, true)) {
            for (Step step : answer.steps()) {
                if (step instanceof Body body) {
                    gzip.write(body.piece().toByteArray());
                    gzip.flush();
                    steps.add(new Body(taken(bytes), body.events(), body.content()));
                } else if (step instanceof End) {
                    gzip.finish();
                    steps.add(Body.bytes(taken(bytes)));
                    steps.add(step);
                } else {
                    steps.add(step);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new ExtraHeader("content-encoding", "gzip").apply(answer.with(steps)).measured();
    }

    private static Piece taken(ByteArrayOutputStream bytes) {
        Piece piece = Piece.of(bytes.toByteArray());
        bytes.reset();
        return piece;
    }
}
