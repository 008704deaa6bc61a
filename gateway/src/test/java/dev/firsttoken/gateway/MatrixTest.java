package dev.firsttoken.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firsttoken.gateway.provider.KnownProviders;
import dev.firsttoken.simulator.Simulator;
import dev.firsttoken.simulator.SimulatorOptions;
import dev.firsttoken.wire.dialect.DialectClient;
import dev.firsttoken.wire.dialect.DialectClient.Got;
import dev.firsttoken.wire.dialect.ProviderCodec;
import dev.firsttoken.wire.dialect.bedrock.BedrockCodec;
import dev.firsttoken.wire.dialect.cohere.CohereCodec;
import dev.firsttoken.wire.dialect.ollama.OllamaCodec;
import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.event.StreamEvent.Reason;
import dev.firsttoken.wire.event.StreamEvent.TextDelta;
import dev.firsttoken.wire.event.StreamEvent.Usage;
import dev.firsttoken.wire.message.Extras;
import dev.firsttoken.wire.message.Message;
import dev.firsttoken.wire.message.Message.Role;
import dev.firsttoken.wire.message.Part;
import dev.firsttoken.wire.message.Source;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every client dialect before every provider dialect, with a simulator that has writers of its
/// own: whole conversations, as streams and not.
class MatrixTest {

    private static final String PNG =
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk";
    private static final String JPEG = "/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////";

    /// Where a provider of each dialect is asked.
    private static final Map<String, String> PATHS =
            Map.of(
                    "openai", "/v1/chat/completions",
                    "responses", "/v1/responses",
                    "anthropic", "/v1/messages",
                    "gemini", "/v1beta/models/",
                    "ollama", "/api/chat",
                    "bedrock", "/model/",
                    "cohere", "/v2/chat");

    private static final List<String> PROVIDERS = List.copyOf(new TreeMap<>(PATHS).keySet());

    private static Simulator simulator;
    private static Map<String, Stage> stages;

    @BeforeAll
    static void start() throws IOException {
        simulator = Simulator.start(SimulatorOptions.defaults());
        stages = new TreeMap<>();
        for (String provider : PROVIDERS) {
            URI root = simulator.baseUrl().resolve("/");
            boolean withPath = provider.equals("openai") || provider.equals("responses");
            URI base = withPath ? simulator.baseUrl() : root;
            stages.put(
                    provider,
                    Stage.before(
                            simulator,
                            settings -> settings.speaking(provider, "house", base, "sk-house")));
        }
    }

    @AfterAll
    static void stop() {
        stages.values().forEach(Stage::close);
        simulator.close();
    }

    /// A client before a provider.
    record Pair(ProviderCodec codec, String provider, boolean stream) {

        Got ask(String model, Message... messages) throws Exception {
            return ask(model, List.of(messages));
        }

        Got ask(String model, List<Message> messages) throws Exception {
            URI root = stages.get(provider).uri("/");
            return new DialectClient(codec, root, stream).ask(model, messages);
        }

        /// Ollama does not tell what came from a cache or was filtered, and what Cohere bills has
        /// nothing cached in it.
        boolean hasNoWordForCacheOrFilter() {
            return touches(OllamaCodec.INSTANCE) || touches(CohereCodec.INSTANCE);
        }

        /// Whether an answer says who gave it.
        boolean namesItsModel() {
            return codec != BedrockCodec.INSTANCE;
        }

        private boolean touches(ProviderCodec other) {
            return codec == other || provider.equals(other.dialect());
        }

        @Override
        public String toString() {
            return codec.dialect() + " before " + provider + (stream ? ", streamed" : ", whole");
        }
    }

    static Stream<Pair> all() {
        // Nobody speaks Cohere to us.
        return DialectClient.CODECS.stream()
                .filter(codec -> codec != CohereCodec.INSTANCE)
                .flatMap(codec -> PROVIDERS.stream().map(name -> new Pair(codec, name, true)))
                .flatMap(pair -> Stream.of(pair, new Pair(pair.codec, pair.provider, false)));
    }

    static Stream<Pair> streamed() {
        return all().filter(Pair::stream);
    }

    static Stream<Pair> sameDialect() {
        return streamed()
                .filter(pair ->
                        KnownProviders.DIALECTS.stream()
                                .filter(known -> known.name().equals(pair.provider))
                                .anyMatch(known -> known.codec() == pair.codec));
    }

    static Stream<Pair> whole() {
        return all().filter(pair -> !pair.stream());
    }

    private static Message user(String text) {
        return DialectClient.user(text);
    }

    @ParameterizedTest
    @MethodSource("all")
    void textAndItsCounts(Pair pair) throws Exception {
        Got got = pair.ask("sim/tokens-30+cached-100+split-random-7", user("Grüezi 🌍"));
        assertThat(got.text())
                .startsWith("This is sim/tokens-30+cached-100+split-random-7, a simulated model")
                .contains("“Grüezi 🌍”");
        assertThat(got.reason()).isEqualTo(Reason.STOP);
        int cached = pair.hasNoWordForCacheOrFilter() ? 0 : 100;
        assertThat(got.answer().usage()).isEqualTo(new Usage(106, cached, 30, 0));
        assertThat(got.answer().model())
                .isEqualTo(pair.namesItsModel() ? "sim/tokens-30+cached-100+split-random-7" : "");
        assertThat(simulator.exchanges().getLast().path()).startsWith(PATHS.get(pair.provider));
    }

    @ParameterizedTest
    @MethodSource("all")
    void thinkingComesFirstAndCanBeBroughtBack(Pair pair) throws Exception {
        Got got = pair.ask("sim/reasoning-6+tokens-4+split-bytes", user("Hi"));
        assertThat(got.parts().getFirst()).isInstanceOf(Part.Reasoning.class);
        assertThat(DialectClient.reasoning(got)).isEqualTo(" Let me see what was asked,");
        assertThat(got.text()).isEqualTo("This is sim/reasoning-6");
        assertThat(got.answer().usage().outputTokens()).isEqualTo(10);
        Message said = new Message(Role.ASSISTANT, got.parts(), null, Extras.NONE);
        Got next = pair.ask("sim/tokens-2", user("Hi"), said, user("And?"));
        assertThat(next.text()).isEqualTo("This is");
    }

    @ParameterizedTest
    @MethodSource("all")
    void toolsAreCalledAndTheirResultsQuoted(Pair pair) throws Exception {
        for (int count : new int[] {1, 3}) {
            String model = "sim/reasoning-2+tokens-2+tools-" + count;
            Message asked = user("Where is it warm?");
            Got got = pair.ask(model, asked);
            assertThat(got.text()).isEqualTo("This is");
            assertThat(got.reason()).isEqualTo(Reason.TOOL_CALLS);
            List<Part> results = new ArrayList<>();
            StringBuilder quoted = new StringBuilder("The tools said:");
            for (Part part : got.parts()) {
                if (part instanceof Part.ToolCall call) {
                    int number = results.size();
                    assertThat(call.name()).isEqualTo("weather");
                    assertThat(call.arguments().text())
                            .isEqualTo("{\"place\":\"Zürich " + number + "\"}");
                    results.add(result(call, number + " °C"));
                    quoted.append(" “").append(number).append(" °C”");
                }
            }
            assertThat(results).hasSize(count);
            Message called = new Message(Role.ASSISTANT, got.parts(), null, Extras.NONE);
            Message back = new Message(Role.USER, results, null, Extras.NONE);
            Got last = pair.ask(model, asked, called, back);
            assertThat(last.text()).isEqualTo(quoted + ".");
            assertThat(last.reason()).isEqualTo(Reason.STOP);
            Message heard = new Message(Role.ASSISTANT, last.parts(), null, Extras.NONE);
            assertThat(pair.ask("sim/tokens-2", asked, called, back, heard, user("Ok.")).text())
                    .isEqualTo("This is");
        }
    }

    private static Part result(Part.ToolCall call, String text) {
        return new Part.ToolResult(
                call.id(), call.name(), List.of(new Part.Text(text)), false, Extras.NONE);
    }

    @ParameterizedTest
    @MethodSource("all")
    void imagesArrive(Pair pair) throws Exception {
        Message message =
                Message.of(
                        Role.USER,
                        new Part.Text("What is this?"),
                        image("image/png", PNG),
                        image("image/jpeg", JPEG));
        assertThat(pair.ask("m", message).text())
                .isEqualTo("I got 2 images: image/png, image/jpeg.");
    }

    private static Part image(String type, String data) {
        return new Part.Image(new Source.Inline(type, data), null, Extras.NONE);
    }

    @ParameterizedTest
    @MethodSource("all")
    void reasonsToStop(Pair pair) throws Exception {
        Got cut = pair.ask("sim/tokens-3+finish-length", user("Hi"));
        assertThat(cut.reason()).isEqualTo(Reason.LENGTH);
        Got filtered = pair.ask("sim/tokens-3+finish-content_filter", user("Hi"));
        assertThat(filtered.text()).isEqualTo("This is sim/tok");
        if (!pair.hasNoWordForCacheOrFilter()) {
            assertThat(filtered.reason()).isEqualTo(Reason.CONTENT_FILTER);
        }
        assertThat(pair.ask("sim/tokens-0", user("Hi")).reason()).isEqualTo(Reason.STOP);
    }

    @ParameterizedTest
    @MethodSource("all")
    void refusals(Pair pair) throws Exception {
        for (int status : new int[] {400, 404, 429, 500, 503}) {
            Got got = pair.ask("sim/retry-after-7s+status-" + status, user("Hi"));
            assertThat(got.response().statusCode()).isEqualTo(status);
            assertThat(got.failure().detail()).contains("asked for status " + status);
            assertThat(got.failure().retryAfter()).isEqualTo(Duration.ofSeconds(7));
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void anErrorBeforeTheFirstTokenIsARefusal(Pair pair) throws Exception {
        Got got = pair.ask("sim/error-first", user("Hi"));
        assertThat(got.response().statusCode()).isGreaterThanOrEqualTo(500);
        assertThat(got.failure().detail()).contains("asked to fail here");
        assertThat(pair.ask("sim/end-after-0", user("Hi")).failure()).isNotNull();
    }

    @ParameterizedTest
    @MethodSource("streamed")
    void anErrorAfterItIsToldInTheStream(Pair pair) throws Exception {
        Got got = pair.ask("sim/error-after-3", user("Hi"));
        assertThat(got.response().statusCode()).isEqualTo(200);
        assertThat(said(got)).isEqualTo("This is sim/err");
        assertThat(got.failure().kind()).isEqualTo(Failure.Kind.REPORTED);
        assertThat(got.failure().detail()).contains("asked to fail here");
    }

    @ParameterizedTest
    @MethodSource("streamed")
    void whatIsCutIsNoWholeAnswer(Pair pair) throws Exception {
        for (String cut :
                List.of("end-after-3", "cut-after-3", "reset-after-3", "cut-in-event-3")) {
            Got got = pair.ask("sim/" + cut, user("Hi"));
            assertThat(got.response().statusCode()).isEqualTo(200);
            assertThat(said(got)).as(cut).startsWith("This is sim/");
            // The gateway says that it is cut: it is not only missing something.
            assertThat(got.failure()).as(cut).isNotNull();
            assertThat(got.failure().kind()).as(cut).isEqualTo(Failure.Kind.REPORTED);
        }
    }

    private static String said(Got got) {
        StringBuilder text = new StringBuilder();
        got.events().forEach(event -> text.append(event instanceof TextDelta d ? d.text() : ""));
        return text.toString();
    }

    /// What is cut when it is not a stream never has a head.
    @ParameterizedTest
    @MethodSource("whole")
    void aWholeAnswerThatIsCutIsARefusal(Pair pair) throws Exception {
        Got got = pair.ask("sim/cut-after-1", user("Hi"));
        assertThat(got.response().statusCode()).isGreaterThanOrEqualTo(500);
        assertThat(got.failure()).isNotNull();
    }

    /// CRLF may come in two pieces, also at the very end.
    @ParameterizedTest
    @MethodSource("sameDialect")
    void theSameDialectIsTheSameBytes(Pair pair) throws Exception {
        for (String split : List.of("split-bytes", "split-random-3", "split-every-7")) {
            String model = "sim/reasoning-2+tokens-9+tools-2+" + split;
            URI root = simulator.baseUrl().resolve("/");
            Got direct = new DialectClient(pair.codec, root, true).ask(model, user("Hi"));
            assertThat(pair.ask(model, user("Hi")).response().body())
                    .isEqualTo(direct.response().body());
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void longConversations(Pair pair) throws Exception {
        List<Message> messages = new ArrayList<>();
        messages.add(Message.of(Role.SYSTEM, "Be kind."));
        for (int i = 0; i < 20; i++) {
            messages.add(user("Question " + i));
            messages.add(Message.of(Role.ASSISTANT, "Answer " + i));
        }
        messages.add(user("The last one."));
        Got got = pair.ask("sim/tokens-300", messages);
        assertThat(got.text()).contains("“The last one.”");
        assertThat(got.answer().usage().outputTokens()).isEqualTo(300);
    }
}
