package dev.firsttoken.gateway.recorded;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// The recorded streams of real providers that lie beside the project, and are not part of it.
///
/// Where they are missing there are none, and whoever wanted them says so.
public final class Recordings {

    /// Names another folder than the usual one.
    private static final String FOLDER_VARIABLE = "FIRSTTOKEN_CORPORA";

    private static final JsonFactory JSON = new JsonFactory();

    private Recordings() {}

    /// Every recording of the OpenAI chat family, in the order of their names.
    public static List<Recording> chat() {
        Path folder = folder();
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            var recordings = new ArrayList<Recording>();
            for (Path file : files.filter(Recordings::isJson).sorted().toList()) {
                String body = body(file);
                if (Recording.isChat(body)) {
                    String path = folder.relativize(file).toString();
                    String name = path.substring(0, path.length() - ".json".length());
                    recordings.add(new Recording(name, body.getBytes(UTF_8)));
                }
            }
            return Collections.unmodifiableList(recordings);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What to say where there are none.
    public static String missing() {
        return "no recorded streams at "
                + folder()
                + " (expected: the shared corpora, there or where "
                + FOLDER_VARIABLE
                + " says); only the streams written for the purpose are played";
    }

    /// Where they are, if they are there.
    public static Path folder() {
        String given = System.getenv(FOLDER_VARIABLE);
        if (given != null && !given.isEmpty()) {
            return Path.of(given);
        }
        Path root = Path.of("").toAbsolutePath();
        for (Path at = root; at != null; at = at.getParent()) {
            if (Files.exists(at.resolve("mvnw"))) {
                root = at;
            }
        }
        return root.resolveSibling("shared").resolve("corpora");
    }

    private static boolean isJson(Path file) {
        return file.toString().endsWith(".json");
    }

    /// A recorded body as it is, or a list of payloads as the events that they were.
    private static String body(Path file) throws IOException {
        try (JsonParser json =
                JSON.createParser(ObjectReadContext.empty(), Files.readAllBytes(file))) {
            json.nextToken();
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                String field = json.currentName();
                JsonToken value = json.nextToken();
                if (field.equals("body") && value == JsonToken.VALUE_STRING) {
                    return json.getString();
                }
                if (field.equals("chunks") && value == JsonToken.START_ARRAY) {
                    return framed(json);
                }
                json.skipChildren();
            }
            return "";
        }
    }

    private static String framed(JsonParser json) {
        var body = new StringBuilder();
        while (json.nextToken() == JsonToken.VALUE_STRING) {
            body.append("data: ").append(json.getString()).append("\n\n");
        }
        return body.append("data: [DONE]\n\n").toString();
    }
}
