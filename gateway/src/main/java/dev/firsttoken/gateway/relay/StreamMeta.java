package dev.firsttoken.gateway.relay;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;

/// What is kept with a stream on disk: whose it is, and how it is shown.
///
/// @param owner the [id][dev.firsttoken.gateway.admission.Caller#id] of the caller
/// @param dialect the name of the client's dialect
/// @param model a configured name, or `other`
/// @param head the headers that readers get
record StreamMeta(String owner, String dialect, String model, Map<String, String> head) {

    private static final int VERSION = 1;

    /// What the log on disk takes.
    private static final int MOST_BYTES = 16 * 1024;

    byte[] toBytes() {
        byte[] bytes = encode(head);
        return bytes.length <= MOST_BYTES ? bytes : encode(Map.of());
    }

    private byte[] encode(Map<String, String> headers) {
        var bytes = new ByteArrayOutputStream(512);
        try (var out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            out.writeUTF(owner);
            out.writeUTF(dialect);
            out.writeUTF(model);
            out.writeShort(headers.size());
            for (var header : headers.entrySet()) {
                out.writeUTF(header.getKey());
                out.writeUTF(header.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("a stream's meta cannot be written", e);
        }
        return bytes.toByteArray();
    }

    /// @throws IOException when another version has written it
    static StreamMeta of(byte[] bytes) throws IOException {
        var in = new DataInputStream(new ByteArrayInputStream(bytes));
        int version = in.readByte();
        if (version != VERSION) {
            throw new IOException("meta version: " + version + " (expected: " + VERSION + ")");
        }
        String owner = in.readUTF();
        String dialect = in.readUTF();
        String model = in.readUTF();
        var head = new LinkedHashMap<String, String>();
        for (int left = in.readUnsignedShort(); left > 0; left--) {
            head.put(in.readUTF(), in.readUTF());
        }
        return new StreamMeta(owner, dialect, model, head);
    }
}
