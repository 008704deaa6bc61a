package dev.firsttoken.wire.dialect.bedrock;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.firsttoken.wire.dialect.Streams;
import dev.firsttoken.wire.eventstream.EventStreamWriter;
import dev.firsttoken.wire.json.JsonTree;
import dev.firsttoken.wire.json.RawJson;
import dev.firsttoken.wire.json.Utf8Buffer;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/// Streams of messages, from what they say.
public final class BedrockStreams {

    private BedrockStreams() {}

    /// The stream of these events, each an object with one member whose name is its type.
    static byte[] of(List<String> events) {
        var out = new Utf8Buffer(256);
        for (String event : events) {
            String type = JsonTree.object(event.getBytes(UTF_8)).keySet().iterator().next();
            int from = event.indexOf(':') + 1;
            String payload = event.substring(from, event.lastIndexOf('}'));
            message(BedrockMessages.event(type), payload, out);
        }
        return out.toByteArray();
    }

    static byte[] of(String... events) {
        return of(List.of(events));
    }

    static void message(byte[] headers, String payload, Utf8Buffer out) {
        var writer = new EventStreamWriter();
        writer.open(headers, out);
        out.raw(payload);
        writer.close(out);
    }

    /// The recorded streams beside the project.
    public static Map<String, byte[]> recorded() {
        return Streams.recorded((path, recording) -> {
            if ("bedrock-converse".equals(recording.get("family"))) {
                return Base64.getDecoder().decode((String) recording.get("body_base64"));
            }
            return path.startsWith("vercel-ai/amazon-bedrock")
                            && recording.get("chunks") instanceof List<?> chunks
                    ? of(chunks.stream().map(Object::toString).toList())
                    : null;
        });
    }

    /// The payload of an error.
    static String message(String text) {
        return "{\"message\":" + RawJson.ofString(text).text() + "}";
    }
}
