package dev.firsttoken.simulator.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.firsttoken.simulator.answer.Piece;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/// One message of `application/vnd.amazon.eventstream`: total length, length of the headers, CRC of
/// these two, headers, payload, CRC of everything before. All numbers are big-endian.
final class AwsFrame {

    private static final int PRELUDE_BYTES = 12;
    private static final int CRC_BYTES = 4;
    private static final byte STRING = 7;

    private AwsFrame() {}

    /// @param headers names and values by turns, all of them texts
    static Piece of(byte[] payload, String... headers) {
        int headerBytes = 0;
        for (int i = 0; i < headers.length; i += 2) {
            headerBytes += 4 + utf8(headers[i]).length + utf8(headers[i + 1]).length;
        }
        int total = PRELUDE_BYTES + headerBytes + payload.length + CRC_BYTES;
        ByteBuffer frame = ByteBuffer.allocate(total).putInt(total).putInt(headerBytes);
        frame.putInt(crc(frame));
        for (int i = 0; i < headers.length; i += 2) {
            byte[] name = utf8(headers[i]);
            byte[] value = utf8(headers[i + 1]);
            frame.put((byte) name.length).put(name).put(STRING);
            frame.putShort((short) value.length).put(value);
        }
        frame.put(payload);
        frame.putInt(crc(frame));
        return Piece.of(frame.array());
    }

    private static int crc(ByteBuffer written) {
        CRC32 crc = new CRC32();
        crc.update(written.duplicate().flip());
        return (int) crc.getValue();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(UTF_8);
    }
}
