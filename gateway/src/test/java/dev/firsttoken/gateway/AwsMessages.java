package dev.firsttoken.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;

/// Messages of `application/vnd.amazon.eventstream`, as texts of which each character is a byte.
/// Nothing of ours reads or writes them here.
final class AwsMessages {

    /// @param headers whose values are texts
    record Message(Map<String, String> headers, String payload) {

        /// What kind of event or exception it is.
        String type() {
            return headers.getOrDefault(":event-type", headers.getOrDefault(":exception-type", ""));
        }
    }

    private static final int OVERHEAD_BYTES = 16;
    private static final int STRING = 7;

    private AwsMessages() {}

    static String event(String type, String json) {
        return written(":event-type", type, "event", json);
    }

    static String exception(String type, String json) {
        return written(":exception-type", type, "exception", json);
    }

    private static String written(String name, String type, String messageType, String json) {
        var headers = new ByteArrayOutputStream();
        header(":message-type", messageType, headers);
        header(name, type, headers);
        header(":content-type", "application/json", headers);
        byte[] payload = json.getBytes(UTF_8);
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.writeInt(OVERHEAD_BYTES + headers.size() + payload.length);
            out.writeInt(headers.size());
            out.writeInt(checksum(bytes.toByteArray()));
            out.write(headers.toByteArray());
            out.write(payload);
            out.writeInt(checksum(bytes.toByteArray()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toString(ISO_8859_1);
    }

    private static void header(String name, String value, ByteArrayOutputStream to) {
        to.write(name.length());
        to.writeBytes(name.getBytes(UTF_8));
        to.write(STRING);
        to.write(0);
        to.write(value.length());
        to.writeBytes(value.getBytes(UTF_8));
    }

    /// The messages of a stream as they are, half a one at its end included.
    static List<String> split(String stream) {
        var messages = new ArrayList<String>();
        for (int at = 0; at < stream.length(); ) {
            byte[] rest = stream.substring(at).getBytes(ISO_8859_1);
            int end = rest.length < 4 ? rest.length : ByteBuffer.wrap(rest).getInt();
            messages.add(stream.substring(at, Math.min(stream.length(), at + end)));
            at += end;
        }
        return messages;
    }

    /// What a stream says, if every message is whole and every checksum right.
    static List<Message> read(String stream) {
        return split(stream).stream().map(AwsMessages::one).toList();
    }

    private static Message one(String text) {
        byte[] bytes = text.getBytes(ISO_8859_1);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        int length = in.getInt();
        int headersEnd = 12 + in.getInt();
        if (length != bytes.length
                || in.getInt() != checksum(Arrays.copyOf(bytes, 8))
                || in.getInt(length - 4) != checksum(Arrays.copyOf(bytes, length - 4))) {
            throw new AssertionError("a message that is cut or has a wrong checksum");
        }
        var headers = new TreeMap<String, String>();
        while (in.position() < headersEnd) {
            String name = text(in, in.get());
            if (in.get() != STRING) {
                throw new AssertionError(name + ": not a text");
            }
            headers.put(name, text(in, in.getShort()));
        }
        return new Message(headers, text(in, length - 4 - headersEnd));
    }

    private static String text(ByteBuffer in, int length) {
        byte[] bytes = new byte[length];
        in.get(bytes);
        return new String(bytes, UTF_8);
    }

    private static int checksum(byte[] bytes) {
        var crc = new CRC32();
        crc.update(bytes);
        return (int) crc.getValue();
    }
}
