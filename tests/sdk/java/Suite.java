import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/// What every client is asked, tests/sdk/scenarios.json, and counts of what holds.
final class Suite {

    static final ObjectMapper JSON = new ObjectMapper();

    /// The only tool, and what it is called with.
    static final String TOOL = "get_weather";

    static final String PARAMETERS =
            """
            {"type":"object","properties":{"place":{"type":"string"}},"required":["place"]}\
            """;

    /// What providers of these dialects have no word for.
    private static final Map<String, Set<String>> LOST_AT =
            Map.of(
                    "ollama", Set.of("cached input", "filtered"),
                    "cohere", Set.of("cached input", "filtered"));

    /// A library, in one dialect, at one address.
    interface Client {

        /// The dialect's word for `stop`, `length` or `filtered`, as the library tells it.
        String word(String finish);

        Said ask(String model, boolean stream) throws Exception;

        /// Brings the results of all calls back, and returns what was said before and then.
        Turns bringBack(String model, boolean stream, List<String> results) throws Exception;

        /// Shows images: media types and base64 by turns.
        String see(String model, boolean stream, List<String> images) throws Exception;

        /// The text before a stream broke, and what it broke with; null for a whole answer.
        Part part(String model);

        /// Reads some of a stream and leaves.
        void leave(String model) throws Exception;

        /// The status of a refusal, from the type that the library has for it.
        int status(Throwable error);
    }

    /// An answer. What a library does not tell is null, and not compared.
    record Said(
            String text,
            String reasoning,
            List<String> calls,
            String finish,
            Long input,
            Long cached,
            Long output) {}

    record Turns(Said first, String last) {}

    record Part(String text, Throwable error) {}

    final JsonNode place;
    private final JsonNode scenarios;
    private final HttpClient http = HttpClient.newHttpClient();
    private int passed;
    private int failed;

    /// @param arguments where everything is, as RecordedServer wrote it
    Suite(String[] arguments) throws IOException {
        place = JSON.readTree(Path.of(arguments[0]).toFile());
        scenarios = JSON.readTree(Path.of("scenarios.json").toFile());
    }

    /// Directly at the simulator, before every provider dialect, and with heartbeats.
    ///
    /// @param lost the names of what the library itself does not have
    void everywhere(Function<String, Client> at, String... lost) {
        for (Map.Entry<String, JsonNode> root : place.get("roots").properties()) {
            Set<String> left = new TreeSet<>(List.of(lost));
            left.addAll(LOST_AT.getOrDefault(root.getKey(), Set.of()));
            run(at.apply(root.getValue().asText()), root.getKey(), left);
        }
        Client lively = at.apply(place.get("heartbeats").asText());
        for (JsonNode one : scenarios.get("silences")) {
            check("heartbeats: " + name(one), () -> answer(lively, one, true));
        }
    }

    private void run(Client client, String root, Set<String> lost) {
        for (boolean stream : List.of(true, false)) {
            String kind = stream ? ", streamed" : ", whole";
            for (JsonNode one : scenarios.get("answers")) {
                if (!lost.contains(name(one))) {
                    check(root + ": " + name(one) + kind, () -> answer(client, one, stream));
                }
            }
            for (JsonNode one : scenarios.get("tools")) {
                check(root + ": " + name(one) + kind, () -> tools(client, one, stream));
            }
            for (JsonNode one : scenarios.get("images")) {
                check(root + ": " + name(one) + kind, () -> images(client, one, stream));
            }
            for (JsonNode status : scenarios.get("refusals")) {
                check(
                        root + ": status " + status + kind,
                        () -> refusal(client, status.asInt(), stream));
            }
        }
        for (JsonNode one : scenarios.get("broken")) {
            check(root + ": " + one.get("model").asText(), () -> broken(client, one));
        }
        // Directly from a provider some clients cannot tell.
        if (!root.equals("simulator")) {
            for (JsonNode one : scenarios.get("truncated")) {
                check(root + ": " + one.get("model").asText(), () -> broken(client, one));
            }
        }
        check(root + ": a client that leaves", () -> left(client));
    }

    private static String name(JsonNode one) {
        return one.get("what").asText();
    }

    private static void answer(Client client, JsonNode one, boolean stream) throws Exception {
        Said got = client.ask(one.get("model").asText(), stream);
        JsonNode finish = one.get("finish");
        Said expected =
                new Said(
                        one.get("text").asText(),
                        got.reasoning() == null ? null : one.path("reasoning").asText(""),
                        List.of(),
                        finish == null ? got.finish() : client.word(finish.asText()),
                        counted(one, "input", got.input()),
                        counted(one, "cached", got.cached()),
                        counted(one, "output", got.output()));
        same(got, expected);
    }

    private static Long counted(JsonNode one, String name, Long got) {
        return got == null || !one.has(name) ? got : Long.valueOf(one.get(name).asLong());
    }

    private static void tools(Client client, JsonNode one, boolean stream) throws Exception {
        List<String> results = texts(one.get("results"));
        Turns got = client.bringBack(one.get("model").asText(), stream, results);
        List<String> calls = new ArrayList<>();
        for (int i = 0; i < results.size(); i++) {
            calls.add(call(TOOL, "{\"place\":\"Zürich " + i + "\"}"));
        }
        same(got.first().text(), one.get("text").asText());
        same(got.first().calls(), calls);
        same(got.last(), one.get("final").asText());
    }

    /// A call as it is compared: its arguments parsed, for their spaces are nobody's business.
    static String call(String name, String arguments) throws IOException {
        return name + JSON.readTree(arguments);
    }

    private void images(Client client, JsonNode one, boolean stream) throws Exception {
        List<String> images = new ArrayList<>();
        for (String type : texts(one.get("images"))) {
            images.add(type);
            images.add(scenarios.get("bytes").get(type).asText());
        }
        String text = client.see(one.get("model").asText(), stream, images);
        same(text, one.get("text").asText());
    }

    private static void refusal(Client client, int status, boolean stream) {
        Throwable error = null;
        try {
            client.ask("sim/status-" + status, stream);
        } catch (Exception e) {
            error = e;
        }
        holds(error != null, "an answer");
        same(client.status(error), status);
    }

    private static void broken(Client client, JsonNode one) {
        Part got = client.part(one.get("model").asText());
        holds(got.error() != null, "no error behind '" + got.text() + "'");
        same(got.text(), one.get("text").asText());
    }

    /// A client that leaves takes the provider's call with it.
    private void left(Client client) throws Exception {
        String mark = "seed-" + (100_000 + passed + failed);
        client.leave("sim/tokens-9+stall-after-2+" + mark);
        String watch = place.get("watch").asText() + "?";
        URI uri = URI.create(watch + URLEncoder.encode(mark, StandardCharsets.UTF_8));
        HttpResponse<String> ended =
                http.send(
                        HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
        same(ended.body(), "CLIENT_LEFT");
    }

    /// What is told of every recorded stream of a family through us is what is told without us.
    ///
    /// @param family the dialect that it was recorded from
    void recorded(String family, Function<String, Client> at) {
        Client direct = at.apply(place.get("roots").get("simulator").asText());
        Client relayed = at.apply(place.get("roots").get(family).asText());
        List<String> names = texts(place.get("recordings").get(family));
        int whole = 0;
        for (String name : names) {
            String expected = told(direct, name);
            whole += expected.startsWith("Said") ? 1 : 0;
            check(name, () -> same(told(relayed, name), expected));
        }
        System.out.println(
                names.size()
                        + " recorded streams compared, "
                        + whole
                        + " of them whole answers to it");
    }

    private static String told(Client client, String model) {
        try {
            return client.ask(model, true).toString();
        } catch (Exception | AssertionError e) {
            return e.getClass().getName() + ": " + e.getMessage();
        }
    }

    static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(one -> texts.add(one.asText()));
        return texts;
    }

    /// What `test` says without throwing holds.
    interface Test {
        void run() throws Exception;
    }

    void check(String what, Test test) {
        try {
            test.run();
            passed++;
        } catch (AssertionError e) {
            failed++;
            System.out.println("FAILED: " + what + "\n  " + e.getMessage());
        } catch (Exception e) {
            failed++;
            System.out.println("FAILED: " + what);
            e.printStackTrace(System.out);
        }
    }

    static void same(Object got, Object expected) {
        holds(Objects.equals(got, expected), "expected " + expected + "\n  got " + got);
    }

    static void holds(boolean condition, String otherwise) {
        if (!condition) {
            throw new AssertionError(otherwise);
        }
    }

    /// Says the line that run.sh adds up, and ends the program: some libraries' threads stay.
    void end() {
        System.out.println(passed + " passed, " + failed + " failed");
        System.exit(failed == 0 ? 0 : 1);
    }
}
