package dev.firsttoken.gateway.recorded;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
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
        return all(stored -> {
            String body = stored.body(Recordings::framed);
            return Recording.isChat(body) ? body : "";
        });
    }

    /// Every recording of Anthropic's messages that comes to its end, up to there, in the order of
    /// their names.
    public static List<Recording> messages() {
        return all(stored -> {
            String body = stored.body(Recordings::named);
            int stop = body.indexOf("event: message_stop\n");
            int end = stop < 0 ? -1 : body.indexOf("\n\n", stop);
            return end < 0 ? "" : body.substring(0, end + 2);
        });
    }

    /// @param body of what is stored, empty for what is of another family
    private static List<Recording> all(Function<Stored, String> body) {
        Path folder = folder();
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            var recordings = new ArrayList<Recording>();
            for (Path file : files.filter(Recordings::isJson).sorted().toList()) {
                String text = body.apply(stored(file));
                if (!text.isEmpty()) {
                    String path = folder.relativize(file).toString();
                    String name = path.substring(0, path.length() - ".json".length());
                    recordings.add(new Recording(name, text.getBytes(UTF_8)));
                }
            }
            return Collections.unmodifiableList(recordings);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A body as it was received, or the payloads of its events.
    private record Stored(@Nullable String received, List<String> payloads) {

        /// The body as received, or what it was.
        String body(Function<List<String>, String> framing) {
            return received == null ? framing.apply(payloads) : received;
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

    private static Stored stored(Path file) throws IOException {
        try (JsonParser json =
                JSON.createParser(ObjectReadContext.empty(), Files.readAllBytes(file))) {
            json.nextToken();
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                String field = json.currentName();
                JsonToken value = json.nextToken();
                if (field.equals("body") && value == JsonToken.VALUE_STRING) {
                    return new Stored(json.getString(), List.of());
                }
                if (field.equals("chunks") && value == JsonToken.START_ARRAY) {
                    var payloads = new ArrayList<String>();
                    while (json.nextToken() == JsonToken.VALUE_STRING) {
                        payloads.add(json.getString());
                    }
                    return new Stored(null, payloads);
                }
                json.skipChildren();
            }
            return new Stored(null, List.of());
        }
    }

    private static String framed(List<String> payloads) {
        var body = new StringBuilder();
        payloads.forEach(payload -> body.append("data: ").append(payload).append("\n\n"));
        return body.append("data: [DONE]\n\n").toString();
    }

    /// Each event named after its type; nothing when one of them has none.
    private static String named(List<String> payloads) {
        var body = new StringBuilder();
        for (String payload : payloads) {
            String type = type(payload);
            if (type.isEmpty()) {
                return "";
            }
            body.append("event: ").append(type).append("\ndata: ").append(payload).append("\n\n");
        }
        return body.toString();
    }

    /// The type that an object says it has; whoever wrote some of them by hand did not write JSON.
    private static String type(String payload) {
        String type = "";
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), payload)) {
            json.nextToken();
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                String field = json.currentName();
                JsonToken value = json.nextToken();
                if (field.equals("type") && value == JsonToken.VALUE_STRING) {
                    type = json.getString();
                }
                json.skipChildren();
            }
            return type;
        } catch (JacksonException e) {
            return "";
        }
    }
}
