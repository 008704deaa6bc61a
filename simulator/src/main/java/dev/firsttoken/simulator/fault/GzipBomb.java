package dev.firsttoken.simulator.fault;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.firsttoken.simulator.answer.Answer;
import dev.firsttoken.simulator.answer.Piece;
import dev.firsttoken.simulator.answer.Step;
import dev.firsttoken.simulator.answer.Step.Body;
import dev.firsttoken.simulator.answer.Step.End;
import dev.firsttoken.simulator.answer.Step.Head;
import dev.firsttoken.simulator.answer.Step.Repeat;
import dev.firsttoken.simulator.word.Word;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/// A gzip body that grows a thousandfold: nothing but comments.
///
/// @param bytes the size decoded, rounded up to whole MiB
public record GzipBomb(long bytes) implements Fault {

    private static final int BLOCK = 1 << 20;
    private static final long MAX_BYTES = 1L << 30;

    // Magic, deflate, no flags, no time, no hint, unknown system: RFC 1952.
    private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};

    static final List<Word<Fault>> WORDS =
            List.of(
                    Word.size(
                            "gzip-bomb",
                            "send a gzip body that decodes to this many bytes of comments",
                            GzipBomb::new));

    public GzipBomb {
        if (bytes < 1 || bytes > MAX_BYTES) {
            throw Word.bad("gzip-bomb", Long.toString(bytes), "1 to 1g");
        }
    }

    @Override
    public Reach reach() {
        return Reach.EVENT_STREAMS;
    }

    @Override
    public Answer apply(Answer answer) {
        byte[] comments = (": " + "a".repeat(1021) + "\n").repeat(BLOCK / 1024).getBytes(US_ASCII);
        long blocks = (bytes + BLOCK - 1) / BLOCK;
        CRC32 sum = new CRC32();
        for (long i = 0; i < blocks; i++) {
            sum.update(comments);
        }
        ByteBuffer trailer = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        trailer.putInt((int) sum.getValue()).putInt((int) (blocks * BLOCK));
        Body block;
        byte[] end;
        try (Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true)) {
            byte[] deflated = new byte[64 << 10];
            deflater.setInput(comments);
            // A full flush forgets what came before, so that every block is the same bytes.
            int length = deflater.deflate(deflated, 0, deflated.length, Deflater.FULL_FLUSH);
            block = Body.bytes(Piece.of(deflated, 0, length));
            deflater.finish();
            byte[] last = new byte[64];
            end = Arrays.copyOf(last, deflater.deflate(last));
        }
        List<Step> steps = new ArrayList<>();
        for (Step step : answer.steps()) {
            if (step instanceof Head) {
                steps.add(step);
            }
        }
        steps.add(Body.bytes(Piece.of(HEADER)));
        steps.add(new Repeat(block, blocks));
        steps.add(Body.bytes(Piece.of(end)));
        steps.add(Body.bytes(Piece.of(trailer.array())));
        steps.add(new End());
        return new ExtraHeader("content-encoding", "gzip").apply(answer.with(steps)).measured();
    }
}
