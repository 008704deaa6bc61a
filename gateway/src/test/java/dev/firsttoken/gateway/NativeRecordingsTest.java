package dev.firsttoken.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Recorded streams of every dialect but OpenAI chat: what comes out for a client of the same
/// dialect is what went in, and for a client of another one it says the same.
class NativeRecordingsTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    /// The client dialect that a provider dialect is.
    private static final Map<String, String> SAME =
            Map.of(
                    "anthropic", "messages",
                    "responses", "responses",
                    "gemini", "gemini",
                    "ollama", "ollama");

    @ParameterizedTest
    @ValueSource(strings = {"anthropic", "responses", "gemini", "ollama"})
    void everyRecordingIsRelayed(String dialect) throws Exception {
        Map<String, String> recordings = NativeRecordings.of(dialect);
        try (var provider = new NativeProvider();
                Stage stage =
                        Stage.start(settings ->
                                settings.speaking(
                                        dialect,
                                        "native",
                                        provider.url(dialect.equals("responses") ? "/v1" : ""),
                                        null))) {
            int number = 0;
            int whole = 0;
            for (var recording : recordings.entrySet()) {
                String model = "rec" + number++;
                provider.answer(
                        model, Spoken.streamType(dialect), recording.getValue().getBytes(UTF_8));
                Heard original = Heard.stream(SAME.get(dialect), recording.getValue());
                whole += original.ended ? 1 : 0;

                String relayed = ask(stage, SAME.get(dialect), model);
                if (original.ended && original.error.isEmpty()) {
                    assertThat(relayed).as(recording.getKey()).isEqualTo(recording.getValue());
                } else if (!relayed.startsWith("{\"error\"")) {
                    // What had no content before it broke is refused with a status instead.
                    assertThat(Heard.stream(SAME.get(dialect), relayed).error)
                            .as(recording.getKey())
                            .isNotEmpty();
                }

                for (String client : List.of("chat", "messages", "responses", "gemini", "ollama")) {
                    if (client.equals(SAME.get(dialect))) {
                        continue;
                    }
                    Heard heard = Heard.stream(client, ask(stage, client, model));
                    String as = recording.getKey() + " to " + client;
                    assertThat(heard.text.toString()).as(as).isEqualTo(original.text.toString());
                    // Arguments that come by their JSON paths are for another test to put together.
                    boolean inPieces = recording.getValue().contains("partialArgs");
                    if (recording.getKey().contains(SPLICED)) {
                        // A call that nobody could run is told as what it is.
                        assertThat(heard.error).as(as).isNotEmpty();
                    } else if (original.ended
                            && original.error.isEmpty()
                            && !inPieces
                            && areWhole(original.calls)) {
                        assertThat(parsed(heard.calls)).as(as).isEqualTo(parsed(original.calls));
                        assertThat(heard.error).as(as).isEmpty();
                    }
                }
            }
            System.out.println(
                    dialect + ": " + recordings.size() + " recorded streams, " + whole + " whole");
        }
    }

    /// A message that begins once more in the middle of a call's arguments.
    private static final String SPLICED = "anthropic-spliced-message-start";

    private static String ask(Stage stage, String client, String model) throws Exception {
        String named = "{\"model\":\"" + model + "\",\"stream\":true,";
        String messages = "\"messages\":[{\"role\":\"user\",\"content\":\"Play.\"}]";
        return switch (client) {
            case "chat" ->
                    post(
                            stage,
                            "/v1/chat/completions",
                            named + messages + ",\"stream_options\":{\"include_usage\":true}}");
            case "messages" -> post(stage, "/v1/messages", named + messages + ",\"max_tokens\":9}");
            case "responses" -> post(stage, "/v1/responses", named + "\"input\":\"Play.\"}");
            case "gemini" ->
                    post(
                            stage,
                            "/v1beta/models/" + model + ":streamGenerateContent?alt=sse",
                            "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"Play.\"}]}]}");
            case "ollama" -> post(stage, "/api/chat", named + messages + "}");
            default -> throw new IllegalArgumentException(client);
        };
    }

    private static String post(Stage stage, String path, String body) throws Exception {
        return stage.send(stage.post(path, body)).body();
    }

    /// Whether all arguments are JSON: those of an answer that met its limit may be cut.
    private static boolean areWhole(List<String> calls) {
        try {
            parsed(calls);
            return true;
        } catch (JsonProcessingException _) {
            return false;
        }
    }

    /// Calls with their arguments as values: blanks in JSON and the order of names mean nothing.
    private static List<JsonNode> parsed(List<String> calls) throws JsonProcessingException {
        var parsed = new ArrayList<JsonNode>();
        for (String call : calls) {
            int blank = call.indexOf(' ');
            String arguments = call.substring(blank + 1);
            parsed.add(
                    JSON.createObjectNode()
                            .put("name", call.substring(0, blank))
                            .set(
                                    "arguments",
                                    JSON.readTree(arguments.isEmpty() ? "{}" : arguments)));
        }
        return parsed;
    }
}
