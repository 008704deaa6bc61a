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
import java.util.stream.Stream;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;

/// A compressed body though nobody asked for one. Every event can be read as soon as its bytes are
/// there.
public record Compressed(Coding coding) implements Fault {

    /// The content codings.
    public enum Coding {
        GZIP,
        DEFLATE,
        /// Brotli, of uncompressed blocks: any decoder reads it.
        BR,
        /// Zstandard, of raw blocks.
        ZSTD
    }

    static final List<Word<Fault>> WORDS =
            Stream.of(Coding.values()).map(Compressed::word).toList();

    private static Word<Fault> word(Coding coding) {
        return Word.flag(
                Word.of(coding),
                "send the body in content encoding " + Word.of(coding) + ", though not asked to",
                () -> new Compressed(coding));
    }

    @Override
    public Answer apply(Answer answer) {
        List<Step> steps =
                switch (coding) {
                    case GZIP, DEFLATE -> deflated(answer);
                    case BR, ZSTD -> stored(answer);
                };
        return new ExtraHeader("content-encoding", Word.of(coding))
                .apply(answer.with(steps))
                .measured();
    }

    private List<Step> deflated(Answer answer) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        List<Step> steps = new ArrayList<>();
        try (DeflaterOutputStream deflating =
                coding == Coding.GZIP
                        ? new GZIPOutputStream(bytes, 512, true)
                        : new DeflaterOutputStream(bytes, true)) {
            for (Step step : answer.steps()) {
                if (step instanceof Body body) {
                    deflating.write(body.piece().toByteArray());
                    deflating.flush();
                    steps.add(new Body(taken(bytes), body.events(), body.content()));
                } else if (step instanceof End) {
                    deflating.finish();
                    steps.add(Body.bytes(taken(bytes)));
                    steps.add(step);
                } else {
                    steps.add(step);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return steps;
    }

    private static Piece taken(ByteArrayOutputStream bytes) {
        Piece piece = Piece.of(bytes.toByteArray());
        bytes.reset();
        return piece;
    }

    private List<Step> stored(Answer answer) {
        boolean brotli = coding == Coding.BR;
        List<Step> steps = new ArrayList<>();
        boolean first = true;
        for (Step step : answer.steps()) {
            if (step instanceof Body body) {
                byte[] bytes = body.piece().toByteArray();
                ByteArrayOutputStream blocks = new ByteArrayOutputStream();
                for (int from = 0; from < bytes.length; from += Stored.MAX_BLOCK) {
                    int length = Math.min(Stored.MAX_BLOCK, bytes.length - from);
                    blocks.writeBytes(
                            brotli
                                    ? Stored.brotliBlock(first, length)
                                    : Stored.zstdBlock(first, length));
                    blocks.write(bytes, from, length);
                    first = false;
                }
                steps.add(new Body(Piece.of(blocks.toByteArray()), body.events(), body.content()));
            } else if (step instanceof End) {
                steps.add(
                        Body.bytes(
                                Piece.of(
                                        brotli ? Stored.brotliEnd(first) : Stored.zstdEnd(first))));
                steps.add(step);
            } else {
                steps.add(step);
            }
        }
        return steps;
    }
}
