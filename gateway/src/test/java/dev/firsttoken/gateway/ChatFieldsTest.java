package dev.firsttoken.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The less usual fields of OpenAI chat, and the completions before it: kept where both sides speak
/// the dialect, and told or refused where they do not.
class ChatFieldsTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String ASKED =
            "\"n\":2,\"logprobs\":true,\"top_logprobs\":2,\"modalities\":[\"text\",\"audio\"],"
                    + "\"audio\":{\"voice\":\"alloy\",\"format\":\"pcm16\"},\"max_tokens\":9,\"messages\":"
                    + "[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"Listen.\"},"
                    + "{\"type\":\"input_audio\",\"input_audio\":{\"data\":\"UklGRg==\",\"format\":\"wav\"}}]}]";

    private static final String ANSWERED =
            chunk(
                            "{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"Yes\"},\"logprobs\":"
                                    + "{\"content\":[{\"token\":\"Yes\",\"logprob\":-0.5,\"bytes\":[89,101,115],"
                                    + "\"top_logprobs\":[]}],\"refusal\":null},\"finish_reason\":null}")
                    + chunk(
                            "{\"index\":1,\"delta\":{\"role\":\"assistant\",\"refusal\":\"I will not.\"},"
                                    + "\"finish_reason\":null}")
                    + chunk(
                            "{\"index\":0,\"delta\":{\"audio\":{\"id\":\"a1\",\"data\":\"AAAA\",\"transcript\":\"Yes\"}},"
                                    + "\"finish_reason\":null}")
                    + chunk("{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}")
                    + chunk("{\"index\":1,\"delta\":{},\"finish_reason\":\"stop\"}")
                    + "data: [DONE]\n\n";

    private static NativeProvider provider;
    private static Stage stage;

    private static String chunk(String choice) {
        return "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":["
                + choice
                + "]}\n\n";
    }

    @BeforeAll
    static void start() throws Exception {
        provider = new NativeProvider();
        provider.answer("all", 200, Spoken.SSE, ANSWERED);
        provider.answer("s", 200, Spoken.SSE, Spoken.stream("anthropic"));
        provider.answer("w", 200, Spoken.JSON, Spoken.whole("anthropic"));
        stage =
                Stage.start(settings -> {
                    settings.speaking("openai", "one", provider.url("/v1"), null);
                    settings.speaking("anthropic", "two", provider.url(""), null);
                });
    }

    @AfterAll
    static void stop() {
        stage.close();
        provider.close();
    }

    private static HttpResponse<String> ask(String model, String strict) throws Exception {
        return stage.send(
                stage.post(
                                "/v1/chat/completions",
                                "{\"model\":\"" + model + "\",\"stream\":true," + ASKED + "}")
                        .header("x-firsttoken-strict", strict));
    }

    @Test
    void theSameDialectKeepsThemAll() throws Exception {
        HttpResponse<String> answer = ask("one/all", "true");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(ANSWERED);
        assertThat(answer.headers().firstValue("x-firsttoken-dropped")).isEmpty();
        JsonNode passed = JSON.readTree(provider.last().body());
        JsonNode asked = JSON.readTree("{" + ASKED + "}");
        asked.fieldNames()
                .forEachRemaining(
                        name -> assertThat(passed.get(name)).as(name).isEqualTo(asked.get(name)));
    }

    @Test
    void anotherDialectDropsThemAndSaysSo() throws Exception {
        HttpResponse<String> answer = ask("two/s", "false");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.headers().firstValue("x-firsttoken-dropped").orElseThrow().split(", "))
                .contains("n", "logprobs", "top_logprobs", "modalities", "audio");
        assertThat(provider.last().body()).doesNotContain("modalities", "logprobs", "UklGRg");
        assertThat(answer.body()).contains("Hello ").endsWith("data: [DONE]\n\n");
    }

    @Test
    void strictRefusesInstead() throws Exception {
        int before = provider.requests();
        HttpResponse<String> answer = ask("two/s", "true");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("strict is on").contains("\"param\":");
        assertThat(provider.requests()).isEqualTo(before);
    }

    @Test
    void completionsAreTranslated() throws Exception {
        String ask = "{\"model\":\"two/%s\",\"prompt\":\"To be\",\"max_tokens\":9,\"echo\":true%s}";
        HttpResponse<String> whole =
                stage.send(stage.post("/v1/completions", ask.formatted("w", "")));
        assertThat(whole.statusCode()).as(whole.body()).isEqualTo(200);
        JsonNode said = JSON.readTree(whole.body());
        assertThat(said.path("object").asText()).isEqualTo("text_completion");
        assertThat(said.at("/choices/0/text").asText()).isEqualTo("Hello there");
        assertThat(whole.headers().firstValue("x-firsttoken-dropped").orElseThrow())
                .contains("echo");
        assertThat(JSON.readTree(provider.last().body()).at("/messages/0/content").toString())
                .contains("To be");

        HttpResponse<String> stream =
                stage.send(stage.post("/v1/completions", ask.formatted("s", ",\"stream\":true")));
        assertThat(stream.body())
                .contains("\"text_completion\"")
                .contains("Hello ")
                .endsWith("data: [DONE]\n\n");
    }
}
