package dev.firsttoken.simulator.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Frames are those of AWS, byte for byte.
class AwsFrameTest {

    private static final Path RECORDED =
            Path.of("..", "..", "shared", "corpora", "openllmetry", "bedrock-converse");
    private static final Pattern BODY = Pattern.compile("\"body_base64\": ?\"([^\"]+)\"");

    /// The example without headers and payload that AWS's own implementations test with.
    @Test
    void theSmallestFrame() {
        assertThat(AwsFrame.of(new byte[0]).toByteArray())
                .isEqualTo(HexFormat.of().parseHex("000000100000000005c248eb7d98c8ff"));
    }

    @Test
    void recordedFramesAreWrittenAgain() throws IOException {
        if (!Files.isDirectory(RECORDED)) {
            System.out.println("NOTE: no recorded frames at " + RECORDED);
            return;
        }
        int frames = 0;
        try (Stream<Path> files = Files.list(RECORDED)) {
            for (Path file : files.toList()) {
                Matcher body = BODY.matcher(Files.readString(file));
                if (body.find()) {
                    frames += rewritten(Base64.getDecoder().decode(body.group(1)));
                }
            }
        }
        assertThat(frames).isGreaterThan(100);
    }

    private static int rewritten(byte[] stream) {
        ByteBuffer in = ByteBuffer.wrap(stream);
        int frames = 0;
        while (in.hasRemaining()) {
            int total = in.getInt(in.position());
            ByteBuffer frame = in.slice(in.position(), total);
            byte[] bytes = new byte[total];
            frame.get(0, bytes);
            int headersEnd = 12 + frame.getInt(4);
            frame.position(12);
            List<String> headers = new ArrayList<>();
            while (frame.position() < headersEnd) {
                headers.add(text(frame, frame.get()));
                assertThat(frame.get()).isEqualTo((byte) 7);
                headers.add(text(frame, frame.getShort()));
            }
            byte[] payload = new byte[total - 4 - headersEnd];
            frame.get(payload);
            assertThat(AwsFrame.of(payload, headers.toArray(String[]::new)).toByteArray())
                    .isEqualTo(bytes);
            in.position(in.position() + total);
            frames++;
        }
        return frames;
    }

    private static String text(ByteBuffer in, int length) {
        byte[] bytes = new byte[length];
        in.get(bytes);
        return new String(bytes, UTF_8);
    }
}
