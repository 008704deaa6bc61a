package dev.firsttoken.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.firsttoken.gateway.recorded.Recordings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// The recorded streams of providers, by what they speak. Of Bedrock's each character is a byte.
final class NativeRecordings {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String CREATED = "\"type\":\"response.created\"";

    private NativeRecordings() {}

    /// Those of one provider dialect; none where there are no recordings.
    static Map<String, String> of(String dialect) throws IOException {
        var found = new TreeMap<String, String>();
        if (dialect.equals("openai")) {
            Recordings.chat().forEach(one -> found.put(one.name(), new String(one.body(), UTF_8)));
            return found;
        }
        Path folder = Recordings.folder();
        if (!Files.isDirectory(folder)) {
            System.out.println("NOTE: " + Recordings.missing());
            return found;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".json")).sorted().toList()) {
                String name = folder.relativize(file).toString();
                JsonNode recording = JSON.readTree(Files.readAllBytes(file));
                String family = recording.path("family").asText("");
                String body = recording.path("body").asText("");
                String stream =
                        switch (dialect) {
                            case "anthropic" ->
                                    family.equals("anthropic-messages")
                                            ? body
                                            : name.startsWith("vercel-ai/anthropic")
                                                    ? named(recording.path("chunks"))
                                                    : "";
                            case "responses" ->
                                    family.equals("openai-responses")
                                            ? body
                                            : recording
                                                            .path("chunks")
                                                            .toString()
                                                            .contains("response.created")
                                                    ? named(recording.path("chunks"))
                                                    : "";
                            case "gemini" ->
                                    name.startsWith("vercel-ai/google/google-google")
                                            ? unnamed(recording.path("chunks"))
                                            : "";
                            case "ollama" -> family.equals("ollama-chat") ? body : "";
                            case "cohere" ->
                                    family.equals("cohere-v2")
                                            ? body
                                            : name.startsWith("vercel-ai/cohere")
                                                    ? named(recording.path("chunks"))
                                                    : "";
                            case "bedrock" ->
                                    family.equals("bedrock-converse")
                                            ? new String(
                                                    recording.path("body_base64").binaryValue(),
                                                    ISO_8859_1)
                                            : name.startsWith("vercel-ai/amazon-bedrock")
                                                    ? messages(recording.path("chunks"))
                                                    : "";
                            default -> throw new IllegalArgumentException(dialect);
                        };
                int turn = 0;
                // A recording of several turns is several streams.
                for (String one : stream.split("(?=event: response\\.created\n)")) {
                    if (!one.isBlank() && isJson(one)) {
                        found.put(name + " " + turn++, upToItsEnd(one));
                    }
                }
            }
        }
        return found;
    }

    /// Some recordings hold what came after the stream's own end.
    private static String upToItsEnd(String stream) {
        int stop = stream.indexOf("event: message_stop\n");
        int end = stop < 0 ? -1 : stream.indexOf("\n\n", stop);
        return end < 0 ? stream : stream.substring(0, end + 2);
    }

    private static String named(JsonNode chunks) throws IOException {
        var text = new StringBuilder();
        for (JsonNode chunk : chunks) {
            if (!isJson(chunk.asText())) {
                return "";
            }
            JsonNode event = JSON.readTree(chunk.asText());
            text.append("event: ").append(event.path("type").asText());
            text.append("\ndata: ").append(chunk.asText()).append("\n\n");
        }
        return text.toString();
    }

    /// Each chunk is an object whose only member is named as the message is.
    private static String messages(JsonNode chunks) throws IOException {
        var messages = new StringBuilder();
        for (JsonNode chunk : chunks) {
            for (var event : JSON.readTree(chunk.asText()).properties()) {
                messages.append(AwsMessages.event(event.getKey(), event.getValue().toString()));
            }
        }
        return messages.toString();
    }

    private static String unnamed(JsonNode chunks) {
        var text = new StringBuilder();
        chunks.forEach(chunk -> text.append("data: ").append(chunk.asText()).append("\r\n\r\n"));
        return text.toString();
    }

    /// Whoever wrote some of them by hand did not write JSON.
    private static boolean isJson(String stream) {
        List<String> data =
                stream.lines()
                        .map(line -> line.startsWith("data: ") ? line.substring(6) : line)
                        .filter(line -> line.startsWith("{"))
                        .toList();
        for (String json : data) {
            try {
                JSON.readTree(json);
            } catch (IOException e) {
                return false;
            }
        }
        return true;
    }
}
