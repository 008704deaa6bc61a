package dev.firsttoken.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.firsttoken.gateway.recorded.Recordings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Recorded streams of every dialect but OpenAI chat: what comes out for a client of the same
/// dialect is what went in, and for a client of another one it says the same. How many of them do
/// is a table in docs/dialects.md.
class NativeRecordingsTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    /// The client dialect that a provider dialect is.
    private static final Map<String, String> SAME =
            Map.of(
                    "anthropic", "messages",
                    "responses", "responses",
                    "gemini", "gemini",
                    "ollama", "ollama");

    private static final List<String> CLIENTS =
            List.of("chat", "messages", "responses", "gemini", "ollama", "ui", "ag-ui");

    private static final Path PAGE = Path.of("../docs/dialects.md");
    private static final String START = "<!-- generated: pairs -->\n";
    private static final String END = "<!-- end: pairs -->";

    /// Streams that said the same to a client: their text, and those that could be compared whole.
    private static final class Same {
        int texts;
        int answers;
    }

    @Test
    void everyRecordingSaysTheSameToEveryClient() throws Exception {
        var table =
                new StringBuilder("| recorded from | streams | ")
                        .append(String.join(" | ", CLIENTS))
                        .append(" |\n|---|---|")
                        .repeat("---|", CLIENTS.size())
                        .append('\n');
        for (String dialect : List.of("anthropic", "responses", "gemini", "ollama")) {
            relayAll(dialect, table);
        }
        if (!Files.isDirectory(Recordings.folder())) {
            return;
        }
        String page = Files.readString(PAGE);
        assertThat(page).containsOnlyOnce(START).containsOnlyOnce(END);
        String current =
                page.substring(0, page.indexOf(START) + START.length())
                        + table
                        + page.substring(page.indexOf(END));
        if (System.getProperty("docs.write") != null) {
            Files.writeString(PAGE, current);
        } else {
            assertThat(page).isEqualTo(current);
        }
    }

    private static void relayAll(String dialect, StringBuilder table) throws Exception {
        Map<String, String> recordings = NativeRecordings.of(dialect);
        var same = new TreeMap<String, Same>();
        CLIENTS.forEach(client -> same.put(client, new Same()));
        try (var provider = new NativeProvider();
                Stage stage =
                        Stage.start(settings ->
                                settings.speaking(
                                        dialect,
                                        "native",
                                        provider.url(dialect.equals("responses") ? "/v1" : ""),
                                        null))) {
            int number = 0;
            for (var recording : recordings.entrySet()) {
                String model = "rec" + number++;
                provider.answer(
                        model, Spoken.streamType(dialect), recording.getValue().getBytes(UTF_8));
                Heard original = Heard.stream(SAME.get(dialect), recording.getValue());

                String relayed = ask(stage, SAME.get(dialect), model);
                if (original.ended && original.error.isEmpty()) {
                    assertThat(relayed).as(recording.getKey()).isEqualTo(recording.getValue());
                    same.get(SAME.get(dialect)).texts++;
                    same.get(SAME.get(dialect)).answers++;
                } else if (!relayed.startsWith("{\"error\"")) {
                    // What had no content before it broke is refused with a status instead.
                    assertThat(Heard.stream(SAME.get(dialect), relayed).error)
                            .as(recording.getKey())
                            .isNotEmpty();
                }

                for (String client : CLIENTS) {
                    if (client.equals(SAME.get(dialect))) {
                        continue;
                    }
                    Heard heard = Heard.stream(client, ask(stage, client, model));
                    String as = recording.getKey() + " to " + client;
                    assertThat(heard.text.toString()).as(as).isEqualTo(original.text.toString());
                    same.get(client).texts++;
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
                        same.get(client).answers++;
                    }
                }
            }
        }
        table.append("| `").append(dialect).append("` | ").append(recordings.size());
        for (String client : CLIENTS) {
            Same told = same.get(client);
            table.append(" | ").append(told.texts).append(" / ").append(told.answers);
        }
        table.append(" |\n");
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
            case "ui" ->
                    post(
                            stage,
                            "/chat/ui",
                            named
                                    + "\"messages\":[{\"role\":\"user\",\"parts\":[{\"type\":\"text\",\"text\":\"Play.\"}]}]}");
            case "ag-ui" ->
                    post(
                            stage,
                            "/chat/ag-ui",
                            "{\"threadId\":\"t\",\"runId\":\"r\",\"forwardedProps\":{\"model\":\""
                                    + model
                                    + "\"},\"messages\":[{\"id\":\"m\",\"role\":\"user\",\"content\":\"Play.\"}]}");
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
