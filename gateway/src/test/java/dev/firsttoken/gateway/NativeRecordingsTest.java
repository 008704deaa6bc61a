package dev.firsttoken.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.firsttoken.gateway.recorded.Recordings;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Recorded streams of every dialect: what comes out for a client of the same dialect is what went
/// in, and for a client of another one it says the same. How many of them do is a table in
/// docs/dialects.md.
class NativeRecordingsTest {

    private static final ObjectMapper JSON =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /// The client dialect that a provider dialect is.
    private static final Map<String, String> SAME =
            Map.of(
                    "openai", "chat",
                    "anthropic", "messages",
                    "responses", "responses",
                    "gemini", "gemini",
                    "ollama", "ollama",
                    "bedrock", "bedrock");

    private static final List<String> PROVIDERS =
            List.of("openai", "anthropic", "responses", "gemini", "ollama", "bedrock", "cohere");

    private static final List<String> CLIENTS =
            List.of("chat", "messages", "responses", "gemini", "ollama", "bedrock", "ui", "ag-ui");

    /// Those that have a word for what came from a cache, and for how much was thinking.
    private static final List<String> TELL_CACHED =
            List.of("chat", "messages", "responses", "gemini", "bedrock", "ui", "ag-ui");

    private static final List<String> TELL_REASONED =
            List.of("chat", "messages", "responses", "gemini", "ui", "ag-ui");

    /// Those whose address ends with what all their paths begin with.
    private static final List<String> ROOTED = List.of("openai", "responses");

    private static final Path PAGE = Path.of("../docs/dialects.md");
    private static final String START = "<!-- generated: pairs -->\n";
    private static final String END = "<!-- end: pairs -->";

    /// Streams that said the same to a client: their text, and those that could be compared whole.
    private static final class Same {
        int texts;
        int answers;
    }

    /// Streams in which there is something to compare.
    private static final class Told {
        int calls;
        int reasoning;
        int tokens;
    }

    @Test
    void everyRecordingSaysTheSameToEveryClient() throws Exception {
        var table =
                new StringBuilder("| recorded from | streams | calls | thinking | counts | ")
                        .append(String.join(" | ", CLIENTS))
                        .append(" |\n|---|---|---|---|---|")
                        .repeat("---|", CLIENTS.size())
                        .append('\n');
        for (String dialect : PROVIDERS) {
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
        // Clients speak all that providers do, but Cohere's.
        String own = SAME.getOrDefault(dialect, dialect);
        var told = new Told();
        var same = new TreeMap<String, Same>();
        CLIENTS.forEach(client -> same.put(client, new Same()));
        try (var provider = new NativeProvider();
                Stage stage =
                        Stage.start(settings ->
                                settings.speaking(
                                        dialect,
                                        "native",
                                        provider.url(ROOTED.contains(dialect) ? "/v1" : ""),
                                        null))) {
            int number = 0;
            for (var recording : recordings.entrySet()) {
                String model = "rec" + number++;
                provider.answer(
                        model,
                        Spoken.streamType(dialect),
                        recording.getValue().getBytes(charset(own)));
                Heard original = Heard.stream(own, recording.getValue());
                boolean good = isGood(original, own);
                Counted.Tokens tokens = Counted.tokens(own, recording.getValue());
                told.calls += original.calls.isEmpty() ? 0 : 1;
                told.reasoning += original.reasoning.isEmpty() ? 0 : 1;
                told.tokens += tokens.input() > 0 ? 1 : 0;
                for (String client : CLIENTS) {
                    String relayed = ask(stage, client, model);
                    String as = recording.getKey() + " to " + client;
                    Same its = same.get(client);
                    if (client.equals(own)) {
                        if (good) {
                            assertThat(relayed).as(as).isEqualTo(marked(own, recording.getValue()));
                            its.texts++;
                            its.answers++;
                        } else if (!relayed.startsWith("{\"error\"")) {
                            // What had no content before it broke is refused with a status instead.
                            assertThat(Heard.stream(own, relayed).error).as(as).isNotEmpty();
                        }
                        continue;
                    }
                    Heard heard = Heard.stream(client, relayed);
                    assertThat(heard.text.toString()).as(as).isEqualTo(original.text.toString());
                    its.texts++;
                    // Arguments that come by their JSON paths are for another test to put together.
                    boolean inPieces = recording.getValue().contains("partialArgs");
                    if (recording.getKey().contains(SPLICED)) {
                        // A call that nobody could run is told as what it is.
                        assertThat(heard.error).as(as).isNotEmpty();
                    } else if (good && !inPieces && areWhole(original.calls)) {
                        assertThat(parsed(heard.calls)).as(as).isEqualTo(parsed(original.calls));
                        assertThat(heard.error).as(as).isEmpty();
                        assertThat(heard.reasoning.toString())
                                .as(as)
                                .isEqualTo(original.reasoning.toString());
                        assertReason(client, heard, original, as);
                        assertTokens(client, Counted.tokens(client, relayed), tokens, as);
                        its.answers++;
                    }
                }
            }
        }
        table.append("| `").append(dialect).append("` | ").append(recordings.size());
        table.append(" | ").append(told.calls).append(" | ").append(told.reasoning);
        table.append(" | ").append(told.tokens);
        for (String client : CLIENTS) {
            Same its = same.get(client);
            table.append(" | ").append(its.texts).append(" / ").append(its.answers);
        }
        table.append(" |\n");
    }

    /// Whether a recording is a whole answer. Some of OpenAI's chat lack the mark of their end.
    private static boolean isGood(Heard original, String dialect) {
        boolean ended = original.ended || dialect.equals("chat") && !original.finish.isEmpty();
        return ended && original.error.isEmpty();
    }

    /// A finished answer of OpenAI's chat that its provider did not mark gets the mark.
    private static String marked(String dialect, String body) {
        return !dialect.equals("chat") || body.contains("data: [DONE]\n\n")
                ? body
                : body + "data: [DONE]\n\n";
    }

    /// An answer with calls that ends well ends for them: not every dialect has a word for that.
    private static void assertReason(String client, Heard heard, Heard original, String as) {
        String reason = Counted.reason(original.finish, !original.calls.isEmpty());
        assertThat(Counted.reason(heard.finish, !heard.calls.isEmpty()))
                .as(as)
                .isEqualTo(Counted.told(client, reason));
    }

    /// What a provider has not counted is not compared, and neither is what a client's dialect has
    /// no word for.
    private static void assertTokens(
            String client, Counted.Tokens heard, Counted.Tokens original, String as) {
        if (original.input() <= 0) {
            return;
        }
        assertThat(heard.input()).as(as + ": input").isEqualTo(original.input());
        assertThat(heard.output()).as(as + ": output").isEqualTo(original.output());
        if (original.cached() > 0 && TELL_CACHED.contains(client)) {
            assertThat(heard.cached()).as(as + ": cached").isEqualTo(original.cached());
        }
        if (original.reasoned() > 0 && TELL_REASONED.contains(client)) {
            assertThat(heard.reasoned()).as(as + ": reasoned").isEqualTo(original.reasoned());
        }
    }

    private static Charset charset(String dialect) {
        return dialect.equals("bedrock") ? ISO_8859_1 : UTF_8;
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
            case "bedrock" ->
                    stage.sendForBytes(
                                    stage.post(
                                            "/model/" + model + "/converse-stream",
                                            "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"Play.\"}]}]}"))
                            .body();
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

    /// Whether all arguments are one value of JSON: those of an answer that met its limit may be
    /// cut, and some go on where they have ended.
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
