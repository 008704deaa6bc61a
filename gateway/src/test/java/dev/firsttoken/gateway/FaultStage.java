package dev.firsttoken.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.StreamResponse;
import com.openai.errors.OpenAIException;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import dev.firsttoken.gateway.config.Config.Protocol;
import dev.firsttoken.simulator.Simulator;
import dev.firsttoken.simulator.SimulatorOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/// A gateway that is shown faults one after another, and what is seen of each.
///
/// Between two requests it is quiet, so that what was counted in the meantime is the one's between
/// them. Used by one thread at a time.
final class FaultStage implements AutoCloseable {

    /// What the provider is told and nobody else may see.
    static final String SECRET = "sk-faults-0123456789abcdef";

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final String STREAM_HEADER = "x-firsttoken-stream";

    /// What may be in a response's head: nothing that speaks for the provider's own server.
    private static final Pattern HEADERS =
            Pattern.compile(
                    "connection|content-type|content-length|transfer-encoding|cache-control|x-accel-buffering"
                            + "|date|x-firsttoken-stream|x-firsttoken-deployment|x-firsttoken-attempts|x-firsttoken-heartbeat-ms|x-request-id|request-id|retry-after"
                            + "|retry-after-ms|x-should-retry|x-ratelimit-.*"
                            + "|openai-processing-ms|openai-version");

    private static final Pattern INTERNALS =
            Pattern.compile(SECRET + "|Exception|\\bat [a-z]+\\.[a-z]+\\.|io\\.netty");

    private static final String LONG_MODEL = "sim/tokens-400";

    private final Simulator simulator = Simulator.start(SimulatorOptions.defaults());
    private final Stage stage;
    private final String usualText;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final OpenAIClient sdk;

    /// @param limits what differs from the usual settings, such as `stall=1s progress=1s`
    FaultStage(String limits, List<FaultCase> cases, FaultPlaces places) throws Exception {
        stage =
                Stage.before(
                        simulator,
                        s -> {
                            s.provider("house", simulator.baseUrl(), SECRET);
                            s.provider("h2", simulator.baseUrl(), Protocol.HTTP_2, null);
                            s.keep = Duration.ofMinutes(10);
                            s.answerBytes = 3 << 20;
                            s.connect = PATIENCE;
                            s.heartbeat = PATIENCE;
                            change(s, limits);
                            for (FaultCase fault : cases) {
                                s.model(
                                        fault.modelWithNext(),
                                        fault.provider() + ":" + fault.model(),
                                        "house:sim/tokens-2");
                            }
                            places.addTo(s);
                        });
        usualText = String.join("", direct(LONG_MODEL).pieces());
        sdk =
                OpenAIOkHttpClient.builder()
                        .baseUrl(stage.uri("/v1").toString())
                        .apiKey("none")
                        .maxRetries(0)
                        .timeout(PATIENCE)
                        .build();
        assertServes();
    }

    private static void change(Settings settings, String limits) {
        for (String limit : limits.isEmpty() ? new String[0] : limits.split(" ")) {
            String value = limit.substring(limit.indexOf('=') + 1);
            switch (limit.substring(0, limit.indexOf('='))) {
                case "connect" -> settings.connect = seconds(value);
                case "firstToken" -> settings.firstToken = seconds(value);
                case "firstByte" -> settings.firstByte = seconds(value);
                case "stall" -> settings.stall = seconds(value);
                case "progress" -> settings.progress = seconds(value);
                case "total" -> settings.total = seconds(value);
                case "answer" -> settings.answerBytes = Long.parseLong(value);
                default -> throw new AssertionError(limit + " (expected: a limit)");
            }
        }
    }

    private static Duration seconds(String value) {
        return Duration.parse("PT" + value);
    }

    /// What the provider itself sends, as much of it as an ordinary client gets to see.
    private ClientEvents direct(String model) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(simulator.baseUrl() + "/chat/completions"))
                        .header("Content-Type", "application/json")
                        .timeout(PATIENCE)
                        .POST(HttpRequest.BodyPublishers.ofString(Stage.chatBody(model, true)))
                        .build();
        var body = new ByteArrayOutputStream();
        try (InputStream in = client.send(request, BodyHandlers.ofInputStream()).body()) {
            in.transferTo(body);
        } catch (IOException e) {
            // Not every fault is one that the JDK's client can live with.
        }
        return ClientEvents.of(body.toByteArray());
    }

    // ---- one request -----------------------------------------------------------------------

    /// What came back, and what was counted in the meantime.
    ///
    /// @param ended whether the body came to the end that HTTP has for it
    private record Seen(
            int status,
            HttpHeaders headers,
            byte[] body,
            boolean ended,
            Map<String, Double> counted,
            int asked) {

        String text() {
            return new String(body, UTF_8);
        }
    }

    private Seen ask(String path, String json) throws Exception {
        Map<String, Double> before = samples();
        int asked = simulator.exchanges().size();
        HttpRequest request = stage.post(path, json).timeout(PATIENCE).build();
        HttpResponse<InputStream> response = client.send(request, BodyHandlers.ofInputStream());
        var body = new ByteArrayOutputStream();
        boolean ended = true;
        try (InputStream in = response.body()) {
            in.transferTo(body);
        } catch (IOException e) {
            ended = false;
        }
        Map<String, Double> counted = countedSince(before);
        return new Seen(
                response.statusCode(),
                response.headers(),
                body.toByteArray(),
                ended,
                counted,
                simulator.exchanges().size() - asked);
    }

    /// Waits until nothing is open, and says which samples have grown by how much.
    private Map<String, Double> countedSince(Map<String, Double> before) throws Exception {
        var now = new HashMap<String, Double>();
        Stage.await(
                "all is closed, and every stream that began was counted once",
                () -> {
                    now.clear();
                    now.putAll(samples());
                    return now.getOrDefault("firsttoken_open_streams", 1.0) == 0
                            && simulator.openExchanges() == 0
                            && sum(now, "firsttoken_streams_started_total")
                                    == sum(now, "firsttoken_stream_ends_total");
                });
        var counted = new HashMap<String, Double>();
        now.forEach((name, value) -> {
            double more = value - before.getOrDefault(name, 0.0);
            if (more != 0) {
                counted.put(name, more);
            }
        });
        return counted;
    }

    private static double sum(Map<String, Double> samples, String name) {
        return samples.entrySet().stream()
                .filter(sample -> sample.getKey().startsWith(name + "{"))
                .mapToDouble(Map.Entry::getValue)
                .sum();
    }

    private Map<String, Double> samples() throws Exception {
        var samples = new HashMap<String, Double>();
        for (String line : stage.metrics().split("\n")) {
            if (!line.startsWith("#") && line.startsWith("firsttoken_")) {
                int space = line.lastIndexOf(' ');
                samples.put(line.substring(0, space), Double.parseDouble(line.substring(space)));
            }
        }
        return samples;
    }

    /// Why the one stream of this dialect ended. Asserts that it was counted once.
    private static String reason(Seen seen, String dialect) {
        List<String> ends =
                seen.counted.keySet().stream()
                        .filter(name -> name.startsWith("firsttoken_stream_ends_total{"))
                        .toList();
        assertThat(ends).as("ends that were counted").hasSize(1);
        String end = ends.getFirst();
        assertThat(seen.counted).containsEntry(end, 1.0);
        assertThat(end).contains("dialect=\"" + dialect + "\"");
        return end.replaceAll(".*reason=\"([^\"]*)\".*", "$1");
    }

    // ---- routes ----------------------------------------------------------------------------

    FaultOutcome streamed(FaultCase fault) throws Exception {
        Seen seen =
                ask(
                        "/v1/chat/completions",
                        Stage.chatBody(fault.provider() + "/" + fault.model(), true));
        String reason = reason(seen, "openai-chat");
        assertHead(seen, seen.status == 200);
        if (seen.status != 200) {
            return refused(seen, reason);
        }
        ClientEvents events = ClientEvents.of(seen.body);
        assertThat(events.ids()).as("ids or retry times in " + seen.text()).isFalse();
        List<Told> errors = Told.of(events);
        String says = "";
        if (reason.equals(FaultOutcome.COMPLETED)) {
            assertThat(errors).isEmpty();
            assertThat(events.endsWithDone()).as("the end of " + end(seen)).isTrue();
        } else {
            assertThat(errors).as("errors told, at the end of " + end(seen)).hasSize(1);
            assertThat(events.hasDone()).as("[DONE] at the end of " + end(seen)).isFalse();
            says = errors.getFirst().code();
        }
        assertResumes(seen);
        return outcome(fault, seen.status, events, reason, says);
    }

    FaultOutcome simple(FaultCase fault) throws Exception {
        Seen seen = ask("/chat/stream", Stage.simpleBody(fault.provider() + "/" + fault.model()));
        String reason = reason(seen, "chat-stream");
        assertThat(seen.status).isEqualTo(200);
        assertHead(seen, true);
        ClientEvents events = ClientEvents.of(seen.body);
        assertThat(events.ids()).isFalse();
        assertThat(events.endsWithDone()).as("the end of " + end(seen)).isTrue();
        int errors = reason.equals(FaultOutcome.COMPLETED) ? 0 : 1;
        assertThat(events.errors()).as("errors told, at the end of " + end(seen)).hasSize(errors);
        if (errors == 1) {
            assertThat(
                            ClientEvents.json(events.datas().get(events.datas().size() - 2))
                                    .has("error"))
                    .as("the error stands last")
                    .isTrue();
        }
        assertResumes(seen);
        return outcome(fault, seen.status, events, reason, reason);
    }

    FaultOutcome whole(FaultCase fault) throws Exception {
        Seen seen =
                ask(
                        "/v1/chat/completions",
                        Stage.chatBody(fault.provider() + "/" + fault.model(), false));
        String reason = reason(seen, "openai-chat");
        assertHead(seen, false);
        if (seen.status != 200) {
            return refused(seen, reason);
        }
        assertThat(ClientEvents.json(seen.text()).path("choices").isArray()).isTrue();
        return new FaultOutcome(200, -1, false, reason, "", "");
    }

    /// Whether another deployment is tried, which would answer with two pieces.
    boolean next(FaultCase fault) throws Exception {
        Seen seen = ask("/v1/chat/completions", Stage.chatBody(fault.modelWithNext(), true));
        boolean tried = sum(seen.counted, "firsttoken_attempts_total") == 2;
        if (tried) {
            assertThat(reason(seen, "openai-chat")).isEqualTo(FaultOutcome.COMPLETED);
            ClientEvents events = ClientEvents.of(seen.body);
            assertThat(events.pieces()).hasSize(2);
            assertThat(events.endsWithDone()).isTrue();
        }
        return tried;
    }

    /// The simple name of what openai-java raises, or `nothing`.
    String raised(FaultCase fault) throws Exception {
        Map<String, Double> before = samples();
        String raised = "nothing";
        try (StreamResponse<ChatCompletionChunk> stream =
                sdk.chat()
                        .completions()
                        .createStreaming(
                                ChatCompletionCreateParams.builder()
                                        .model(fault.provider() + "/" + fault.model())
                                        .addUserMessage("Hi")
                                        .build())) {
            assertThat(stream.stream().count()).isPositive();
        } catch (OpenAIException e) {
            raised = e.getClass().getSimpleName();
        }
        countedSince(before);
        return raised;
    }

    /// The gateway serves the next one as if nothing had been.
    void assertServes() throws Exception {
        Map<String, Double> before = samples();
        HttpResponse<String> clean = stage.stream("sim/tokens-2");
        ClientEvents events = ClientEvents.of(clean.body().getBytes(UTF_8));
        assertThat(events.pieces()).hasSize(2);
        assertThat(events.endsWithDone()).isTrue();
        countedSince(before);
    }

    /// All logs are given back, once nothing shall be kept any more.
    void assertGivesBack() throws Exception {
        stage.gateway.reload(Stage.settings(simulator, _ -> {}).config());
        stage.awaitIdle();
    }

    // ---- what is seen ----------------------------------------------------------------------

    private static FaultOutcome refused(Seen seen, String reason) {
        String said = ClientEvents.json(seen.text()).path("error").path("code").asText();
        return new FaultOutcome(
                seen.status,
                -1,
                false,
                reason,
                said.equals(reason) ? "" : said,
                seen.headers
                        .firstValue("retry-after")
                        .map(value -> value.matches("\\d+") ? value : "date")
                        .orElse(""));
    }

    private FaultOutcome outcome(
            FaultCase fault, int status, ClientEvents events, String reason, String says)
            throws Exception {
        List<String> pieces = events.pieces();
        String text = String.join("", pieces);
        String usual = usualText.replace(LONG_MODEL, fault.model());
        boolean otherText = !usual.startsWith(text) && !text.startsWith(usual);
        if (reason.equals(FaultOutcome.COMPLETED) && fault.provider().equals("house")) {
            // Read by somebody who has nothing to do with the gateway.
            ClientEvents direct = direct(fault.model());
            if (direct.hasDone()) {
                assertThat(whole(text)).isEqualTo(whole(String.join("", direct.pieces())));
            }
        }
        return new FaultOutcome(
                status, pieces.size(), otherText, reason, says.equals(reason) ? "" : says, "");
    }

    /// Half a surrogate pair, which JSON can escape and UTF-8 cannot hold, as a question mark.
    private static String whole(String text) {
        return new String(text.getBytes(UTF_8), UTF_8).replace('\uFFFD', '?');
    }

    private static void assertHead(Seen seen, boolean stream) {
        assertThat(seen.text()).as("byte order mark").doesNotStartWith("\uFEFF");
        assertThat(seen.ended).as("the body has its end").isTrue();
        assertThat(seen.headers.firstValue("content-type").orElse(""))
                .startsWith(stream ? "text/event-stream" : "application/json");
        assertThat(seen.headers.firstValue(STREAM_HEADER).isPresent()).isEqualTo(stream);
        for (String name : seen.headers.map().keySet()) {
            assertThat(name.toLowerCase(Locale.ROOT)).matches(HEADERS);
        }
        assertThat(
                        INTERNALS
                                .matcher(seen.headers.map() + seen.text())
                                .results()
                                .map(m -> m.group()))
                .as("internals in what the client sees")
                .isEmpty();
    }

    /// Who reads the stream once more gets the same bytes.
    private void assertResumes(Seen seen) throws Exception {
        String id = seen.headers.firstValue(STREAM_HEADER).orElseThrow();
        byte[] again =
                client.send(
                                stage.request("/v1/streams/" + id).timeout(PATIENCE).build(),
                                BodyHandlers.ofByteArray())
                        .body();
        assertThat(new String(again, UTF_8)).isEqualTo(seen.text());
    }

    private static String end(Seen seen) {
        String text = seen.text();
        return text.substring(Math.max(0, text.length() - 400));
    }

    /// An error as an OpenAI client reads it.
    private record Told(String code) {
        static List<Told> of(ClientEvents events) {
            return events.errors().stream()
                    .map(error -> new Told(error.path("code").asText()))
                    .toList();
        }
    }

    @Override
    public void close() {
        sdk.close();
        client.close();
        stage.close();
        simulator.close();
    }
}
