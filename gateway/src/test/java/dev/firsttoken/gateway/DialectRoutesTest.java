package dev.firsttoken.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What the routes of all dialects have in common, and what each has beside: names, keys, refusals,
/// signs of life, and what a translation leaves out.
class DialectRoutesTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String KEY = "a-key-of-sixteen-or-more";
    private static final String HI = "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]";

    private NativeProvider provider;

    @BeforeEach
    void start() throws Exception {
        provider = new NativeProvider();
        provider.answer("o", 200, Spoken.JSON, Spoken.whole("openai"));
        provider.answer("a", 200, Spoken.JSON, Spoken.whole("anthropic"));
        provider.answer("s", 200, Spoken.SSE, Spoken.stream("anthropic"));
    }

    @AfterEach
    void stop() {
        provider.close();
    }

    private Stage stage(Stage.Change more) throws Exception {
        return Stage.start(settings -> {
            settings.speaking("openai", "one", provider.url("/v1"), null);
            settings.speaking("anthropic", "two", provider.url(""), null);
            more.to(settings);
        });
    }

    @Test
    void pathsHaveOtherNames() throws Exception {
        try (Stage stage = stage(_ -> {})) {
            for (String prefix : new String[] {"", "/openai", "/api"}) {
                String body = "{\"model\":\"one/o\"," + HI + "}";
                assertThat(
                                stage.send(stage.post(prefix + "/v1/chat/completions", body))
                                        .statusCode())
                        .as(prefix)
                        .isEqualTo(200);
                assertThat(stage.get(prefix + "/v1/models").statusCode()).isEqualTo(200);
            }
            assertThat(
                            stage.metric(
                                    "firsttoken_requests_total",
                                    "route=\"/v1/chat/completions\"",
                                    "status=\"200\""))
                    .isEqualTo(3);
        }
    }

    @Test
    void keysComeInTheHeaderOfEachDialect() throws Exception {
        try (Stage stage = stage(settings -> settings.key("me", KEY))) {
            String body = "{\"model\":\"two/a\",\"max_tokens\":9," + HI + "}";
            for (var header :
                    Map.of(
                                    "x-api-key", KEY,
                                    "x-goog-api-key", KEY,
                                    "api-key", KEY,
                                    "authorization", "Bearer " + KEY)
                            .entrySet()) {
                HttpResponse<String> response =
                        stage.send(
                                stage.post("/v1/messages", body)
                                        .header(header.getKey(), header.getValue()));
                assertThat(response.statusCode()).as(header.getKey()).isEqualTo(200);
            }
            // Ours stay here.
            assertThat(provider.last().headers()).doesNotContainValue(KEY);
        }
    }

    @Test
    void whoIsUnknownIsToldSoInItsOwnWords() throws Exception {
        try (Stage stage = stage(settings -> settings.key("me", KEY))) {
            refused(stage, 401);
        }
    }

    @Test
    void aSignatureThatNobodyHereCanCheckOpensNoDoor() throws Exception {
        String path = "/model/two%2Fa/converse";
        String body = "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"Hi\"}]}]}";
        String signed =
                "AWS4-HMAC-SHA256 Credential=A/20260101/us-east-1/bedrock/aws4_request,"
                        + " SignedHeaders=host, Signature=00";
        try (Stage stage = stage(settings -> settings.key("me", KEY))) {
            HttpResponse<String> refused =
                    stage.send(stage.post(path, body).header("authorization", signed));
            assertThat(refused.statusCode()).isEqualTo(403);
            assertThat(refused.headers().firstValue("x-amzn-errortype"))
                    .hasValue("AccessDeniedException");
            assertThat(JSON.readTree(refused.body()).path("message").asText())
                    .contains("signed")
                    .contains("AWS_BEARER_TOKEN_BEDROCK");
            HttpResponse<String> known =
                    stage.send(stage.post(path, body).header("authorization", "Bearer " + KEY));
            assertThat(Heard.whole("bedrock", known.body()).text).hasToString("Hello there");
        }
        try (Stage open = stage(_ -> {})) {
            HttpResponse<String> anybody =
                    open.send(open.post(path, body).header("authorization", signed));
            assertThat(anybody.statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aMessageThatQuotesOurKeyIsToldWithoutIt() throws Exception {
        String quoting =
                Spoken.beginning(Spoken.stream("bedrock"))
                        + AwsMessages.exception(
                                "validationException", "{\"message\":\"not good: " + KEY + "\"}");
        provider.answer("q", Spoken.streamType("bedrock"), Spoken.bytes(quoting));
        try (Stage stage =
                Stage.start(
                        settings -> settings.speaking("bedrock", "aws", provider.url(""), KEY))) {
            String body = "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"Hi\"}]}]}";
            String told =
                    stage.sendForBytes(stage.post("/model/aws%2Fq/converse-stream", body)).body();
            assertThat(told)
                    .startsWith(Spoken.beginning(Spoken.stream("bedrock")))
                    .doesNotContain(KEY);
            Heard heard = Heard.stream("bedrock", told);
            assertThat(heard.error).startsWith("not good: ");
            assertThat(heard.ended).isFalse();
        }
    }

    @Test
    void aRefusalOfAwsKeepsItsType() throws Exception {
        try (var aws =
                        new ScriptedProvider(
                                "HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\n"
                                        + "x-amzn-errortype: ServiceQuotaExceededException:http://aws/\r\n"
                                        + "content-length: 22\r\n\r\n{\"message\":\"too many\"}",
                                ScriptedProvider.Then.CLOSE);
                Stage stage =
                        Stage.start(settings ->
                                settings.speaking("bedrock", "aws", aws.baseUrl(), null))) {
            HttpResponse<String> refused =
                    stage.send(stage.post("/model/aws%2Fm/converse", "{\"messages\":[]}"));
            assertThat(refused.statusCode()).isEqualTo(400);
            assertThat(refused.body()).isEqualTo("{\"message\":\"too many\"}");
            assertThat(refused.headers().firstValue("x-amzn-errortype"))
                    .hasValue("ServiceQuotaExceededException:http://aws/");
        }
    }

    @Test
    void whoIsOneTooManyIsToldSoInItsOwnWords() throws Exception {
        try (Stage stage = stage(settings -> settings.streams = 0)) {
            HttpResponse<String> messages = stage.send(stage.post("/v1/messages", "{}"));
            // A full server has a status of its own there.
            assertThat(messages.statusCode()).isEqualTo(529);
            assertThat(JSON.readTree(messages.body()).at("/error/type").asText())
                    .isEqualTo("overloaded_error");
            HttpResponse<String> gemini =
                    stage.send(stage.post("/v1beta/models/m:generateContent", "{}"));
            assertThat(gemini.statusCode()).isEqualTo(503);
            assertThat(JSON.readTree(gemini.body()).at("/error/status").asText())
                    .isEqualTo("UNAVAILABLE");
        }
    }

    @Test
    void whatCannotBeReadIsRefusedInItsOwnWords() throws Exception {
        try (Stage stage = stage(_ -> {})) {
            refused(stage, 400);
        }
    }

    private static void refused(Stage stage, int status) throws Exception {
        var forms =
                Map.of(
                        "/v1/chat/completions", "/error/code",
                        "/v1/responses", "/error/code",
                        "/v1/messages", "/error/type",
                        "/v1/messages/count_tokens", "/error/type",
                        "/v1beta/models/m:generateContent", "/error/status",
                        "/api/chat", "/error",
                        "/model/m/converse", "/message");
        for (var form : forms.entrySet()) {
            HttpResponse<String> response = stage.send(stage.post(form.getKey(), "{\"a\":"));
            // Whoever is unknown to AWS is forbidden to.
            boolean forbidden = status == 401 && form.getKey().startsWith("/model/");
            assertThat(response.statusCode()).as(form.getKey()).isEqualTo(forbidden ? 403 : status);
            JsonNode body = JSON.readTree(response.body());
            assertThat(body.at(form.getValue()).asText()).as(response.body()).isNotEmpty();
        }
    }

    @Test
    void modelsAreListedForEveryClientOfThePath() throws Exception {
        try (Stage stage = stage(settings -> settings.model("mine", "one:o", "two:a"))) {
            JsonNode list = JSON.readTree(stage.get("/v1/models").body());
            assertThat(list.path("has_more").isBoolean()).isTrue();
            JsonNode mine = list.path("data").path(0);
            assertThat(mine.path("id").asText()).isEqualTo("mine");
            assertThat(mine.path("object").asText()).isEqualTo("model");
            assertThat(mine.path("type").asText()).isEqualTo("model");
            assertThat(mine.path("created_at").asText()).endsWith("Z");
        }
    }

    @Test
    void tokensAreCountedByAProviderThatCanAndEstimatedForOthers() throws Exception {
        provider.answer("c", 200, Spoken.JSON, "{\"input_tokens\":14}");
        try (Stage stage = stage(_ -> {})) {
            String path = "/v1/messages/count_tokens";
            HttpResponse<String> counted =
                    stage.send(stage.post(path, "{\"model\":\"two/c\"," + HI + "}"));
            assertThat(counted.body()).isEqualTo("{\"input_tokens\":14}");
            assertThat(counted.headers().firstValue("x-firsttoken-estimated")).isEmpty();
            assertThat(provider.last().path()).isEqualTo(path);

            int before = provider.requests();
            HttpResponse<String> guessed =
                    stage.send(stage.post(path, "{\"model\":\"one/c\"," + HI + "}"));
            assertThat(guessed.body()).isEqualTo("{\"input_tokens\":5}");
            assertThat(guessed.headers().firstValue("x-firsttoken-estimated")).hasValue("true");
            assertThat(provider.requests()).isEqualTo(before);
        }
    }

    @Test
    void embeddingsAndOldCompletionsArePassedOn() throws Exception {
        String vectors =
                "{\"object\":\"list\",\"data\":[{\"object\":\"embedding\",\"index\":0,\"embedding\":[0.5]}],"
                        + "\"model\":\"e\",\"usage\":{\"prompt_tokens\":3,\"total_tokens\":3}}";
        provider.answer("e", 200, Spoken.JSON, vectors);
        String old =
                "data: {\"id\":\"c\",\"object\":\"text_completion\",\"created\":1,\"choices\":[{\"text\":\" or\","
                        + "\"index\":0,\"finish_reason\":null}],\"model\":\"m\"}\n\n"
                        + "data: {\"id\":\"c\",\"object\":\"text_completion\",\"created\":1,\"choices\":[{\"text\":\" not\","
                        + "\"index\":0,\"finish_reason\":\"stop\"}],\"model\":\"m\"}\n\ndata: [DONE]\n\n";
        provider.answer("t", 200, Spoken.SSE, old);
        provider.answer("half", 200, Spoken.SSE, old.substring(0, old.indexOf("data: ", 9)));
        try (Stage stage = stage(_ -> {})) {
            HttpResponse<String> embedded =
                    stage.send(
                            stage.post("/v1/embeddings", "{\"model\":\"one/e\",\"input\":\"Hi\"}"));
            assertThat(embedded.body()).isEqualTo(vectors);
            assertThat(provider.last().path()).isEqualTo("/v1/embeddings");
            assertThat(provider.last().body()).isEqualTo("{\"model\":\"e\",\"input\":\"Hi\"}");
            assertThat(stage.metric("firsttoken_tokens_total", "direction=\"input\"")).isEqualTo(3);

            String ask = "{\"model\":\"one/%s\",\"prompt\":\"To be\",\"stream\":true}";
            assertThat(stage.send(stage.post("/v1/completions", ask.formatted("t"))).body())
                    .isEqualTo(old);
            assertThat(stage.send(stage.post("/v1/completions", ask.formatted("half"))).body())
                    .contains("\"error\"")
                    .doesNotContain("[DONE]");

            HttpResponse<String> elsewhere =
                    stage.send(
                            stage.post("/v1/embeddings", "{\"model\":\"two/e\",\"input\":\"Hi\"}"));
            assertThat(elsewhere.statusCode()).isEqualTo(400);
            assertThat(elsewhere.body()).contains("/v1/embeddings, which is not translated");
        }
    }

    @Test
    void whatIsLeftOutIsSaid() throws Exception {
        String body =
                "{\"model\":\"two/%s\",\"stream\":%s,\"max_tokens\":9,\"seed\":7,\"n\":1,\"logit_bias\":{\"1\":2},"
                        + HI
                        + "}";
        try (Stage stage = stage(_ -> {})) {
            HttpResponse<String> whole =
                    stage.send(stage.post("/v1/chat/completions", body.formatted("a", "false")));
            assertThat(whole.headers().firstValue("x-firsttoken-dropped").orElseThrow())
                    .contains("seed")
                    .contains("logit_bias");
            HttpResponse<String> stream =
                    stage.send(stage.post("/v1/chat/completions", body.formatted("s", "true")));
            assertThat(stream.headers().firstValue("x-firsttoken-dropped"))
                    .isEqualTo(whole.headers().firstValue("x-firsttoken-dropped"));
            assertThat(provider.last().body()).doesNotContain("seed");

            // The same dialect loses nothing.
            HttpResponse<String> same =
                    stage.send(
                            stage.post(
                                    "/v1/messages",
                                    "{\"model\":\"two/a\",\"max_tokens\":9,\"from_tomorrow\":{\"x\":1},"
                                            + HI
                                            + "}"));
            assertThat(same.headers().firstValue("x-firsttoken-dropped")).isEmpty();
            assertThat(provider.last().body()).contains("\"from_tomorrow\":{\"x\":1}");
        }
    }

    @Test
    void whoIsStrictIsRefusedInstead() throws Exception {
        String body = "{\"model\":\"%s\",\"max_tokens\":9,\"seed\":7," + HI + "}";
        try (Stage stage =
                stage(settings -> {
                    settings.strict = true;
                    settings.model("either", "two:a", "one:o");
                })) {
            HttpResponse<String> refused =
                    stage.send(stage.post("/v1/chat/completions", body.formatted("two/a")));
            assertThat(refused.statusCode()).isEqualTo(400);
            assertThat(JSON.readTree(refused.body()).at("/error/param").asText()).isEqualTo("seed");

            HttpResponse<String> lenient =
                    stage.send(
                            stage.post("/v1/chat/completions", body.formatted("two/a"))
                                    .header("x-firsttoken-strict", "false"));
            assertThat(lenient.statusCode()).isEqualTo(200);

            // Whoever can be told everything answers.
            HttpResponse<String> other =
                    stage.send(stage.post("/v1/chat/completions", body.formatted("either")));
            assertThat(other.statusCode()).isEqualTo(200);
            assertThat(provider.last().path()).isEqualTo("/v1/chat/completions");

            HttpResponse<String> odd =
                    stage.send(
                            stage.post("/v1/chat/completions", body.formatted("one/o"))
                                    .header("x-firsttoken-strict", "yes"));
            assertThat(odd.statusCode()).isEqualTo(400);
        }
    }

    @Test
    void anotherDialectTakesOverBeforeTheFirstToken() throws Exception {
        provider.answer("down", 503, Spoken.JSON, Spoken.error("openai"));
        try (Stage stage = stage(settings -> settings.model("both", "one:down", "two:s"))) {
            String ask = "{\"model\":\"both\",\"stream\":true," + HI + "}";
            HttpResponse<String> response = stage.send(stage.post("/v1/chat/completions", ask));
            assertThat(Heard.stream("chat", response.body()).text).hasToString("Hello there");
            assertThat(response.headers().firstValue("x-firsttoken-deployment")).hasValue("two/s");
            assertThat(response.headers().firstValue("x-firsttoken-attempts")).hasValue("2");
        }
    }

    @Test
    void silenceIsFilledWithWhatEachDialectIgnores() throws Exception {
        var signs =
                Map.of(
                        "/v1/chat/completions", ":\n",
                        "/v1/responses", ":\n",
                        "/v1/messages", "event: ping\ndata: {\"type\":\"ping\"}\n\n",
                        "/v1beta/models/one/m:streamGenerateContent?alt=sse", "\r\n",
                        "/api/chat", " ",
                        "/model/one%2Fm/converse-stream", AwsMessages.event("ping", "{}"));
        try (var silent =
                        new ScriptedProvider(
                                "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n",
                                ScriptedProvider.Then.SILENCE);
                Stage stage =
                        Stage.start(settings -> {
                            settings.provider("one", silent.baseUrl());
                            settings.heartbeat = Duration.ofMillis(30);
                        });
                HttpClient http = HttpClient.newHttpClient()) {
            for (var sign : signs.entrySet()) {
                String body =
                        sign.getKey().contains("Gen")
                                ? "{\"contents\":[{\"parts\":[{\"text\":\"Hi\"}]}]}"
                                : sign.getKey().startsWith("/model/")
                                        ? "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"Hi\"}]}]}"
                                        : "{\"model\":\"one/m\",\"stream\":true,\"max_tokens\":9,\"input\":\"Hi\","
                                                + HI
                                                + "}";
                HttpResponse<InputStream> response =
                        http.send(
                                stage.post(sign.getKey(), body).build(),
                                BodyHandlers.ofInputStream());
                try (InputStream in = response.body()) {
                    byte[] first = in.readNBytes(sign.getValue().length());
                    String got = new String(first, ISO_8859_1);
                    if (sign.getKey().startsWith("/model/")) {
                        // Headers have no order.
                        assertThat(AwsMessages.read(got))
                                .isEqualTo(AwsMessages.read(sign.getValue()));
                    } else {
                        assertThat(got).as(sign.getKey()).isEqualTo(sign.getValue());
                    }
                }
            }
        }
    }

    @Test
    void anAnswerCanBeReadOnByItsOwnId() throws Exception {
        try (Stage stage = stage(settings -> settings.keep = Stage.PATIENCE)) {
            String ask = "{\"model\":\"two/s\",\"stream\":true,\"input\":\"Hi\"}";
            String first = stage.send(stage.post("/v1/responses", ask)).body();
            JsonNode created = JSON.readTree(Stage.events(first).getFirst());
            String path = "/v1/responses/" + created.at("/response/id").asText();

            assertThat(stage.get(path + "?stream=true").body()).isEqualTo(first);
            String rest = stage.get(path + "?stream=true&starting_after=4").body();
            JsonNode next = JSON.readTree(Stage.events(rest).getFirst());
            assertThat(next.path("sequence_number").asInt()).isEqualTo(5);
            assertThat(first).endsWith(rest);

            assertThat(stage.get(path).statusCode()).isEqualTo(400);
            assertThat(stage.get("/v1/responses/resp_0?stream=true").statusCode()).isEqualTo(404);
            assertThat(stage.get("/v1/responses/other?stream=true").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void aConversationThatOnlyItsServerKnowsIsNotCutShort() throws Exception {
        try (Stage stage = stage(_ -> {})) {
            HttpResponse<String> refused =
                    stage.send(
                            stage.post(
                                    "/v1/responses",
                                    "{\"model\":\"two/a\",\"input\":\"And then?\",\"previous_response_id\":\"resp_1\"}"));
            assertThat(refused.statusCode()).isEqualTo(400);
            assertThat(JSON.readTree(refused.body()).at("/error/param").asText())
                    .isEqualTo("previous_response_id");
        }
    }

    @Test
    void whatAProviderDoesInTheBackgroundIsPassedOn() throws Exception {
        String queued =
                "{\"id\":\"resp_9\",\"object\":\"response\",\"status\":\"queued\",\"output\":[]}";
        provider.answer("q", 200, Spoken.JSON, queued);
        try (Stage stage =
                stage(settings ->
                        settings.speaking("responses", "three", provider.url("/v1"), null))) {
            String ask = "{\"model\":\"three/q\",\"background\":%s,\"input\":\"Hi\"}";
            assertThat(stage.send(stage.post("/v1/responses", ask.formatted("true"))).body())
                    .isEqualTo(queued);
            // Nobody who waits for an answer takes that for one.
            assertThat(stage.send(stage.post("/v1/responses", ask.formatted("false"))).statusCode())
                    .isEqualTo(502);
        }
    }

    @Test
    void anAnswerInTheBackgroundGoesOnWithoutItsClient() throws Exception {
        String stream = Spoken.stream("anthropic");
        try (var slow =
                        new ScriptedProvider(
                                "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n"
                                        + "connection: close\r\n\r\n"
                                        + Spoken.beginning(stream)
                                        + ScriptedProvider.PAUSE
                                        + ScriptedProvider.PAUSE
                                        + stream.substring(Spoken.beginning(stream).length()),
                                ScriptedProvider.Then.CLOSE);
                Stage stage =
                        Stage.start(settings -> {
                            settings.speaking("anthropic", "slow", slow.baseUrl(), null);
                            settings.keep = Stage.PATIENCE;
                        });
                HttpClient http = HttpClient.newHttpClient()) {
            String body =
                    "{\"model\":\"slow/m\",\"stream\":true,\"background\":true,\"input\":\"Hi\"}";
            HttpResponse<InputStream> left =
                    http.send(
                            stage.post("/v1/responses", body).build(),
                            BodyHandlers.ofInputStream());
            left.body().close();

            String id = left.headers().firstValue("x-firsttoken-stream").orElseThrow();
            String path = "/v1/responses/resp_" + id.substring(id.indexOf('_') + 1);
            Heard heard = Heard.stream("responses", stage.get(path + "?stream=true").body());
            assertThat(heard.ended).isTrue();
            assertThat(heard.text).hasToString("Hello there");
        }
    }
}
