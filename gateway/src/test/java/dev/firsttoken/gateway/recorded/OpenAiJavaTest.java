package dev.firsttoken.gateway.recorded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.StreamResponse;
import com.openai.errors.InternalServerException;
import com.openai.errors.NotFoundException;
import com.openai.errors.OpenAIException;
import com.openai.errors.OpenAIServiceException;
import com.openai.errors.RateLimitException;
import com.openai.errors.SseException;
import com.openai.errors.UnauthorizedException;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import dev.firsttoken.gateway.Gateway;
import dev.firsttoken.simulator.Script;
import dev.firsttoken.simulator.fault.ExtraHeader;
import dev.firsttoken.simulator.fault.Status;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The official Java client sees through the gateway what it sees without it.
class OpenAiJavaTest {

    private static final Duration HEARTBEAT = Duration.ofMillis(50);

    private static Rig rig;
    private static Gateway lively;
    private static OpenAIClient direct;
    private static OpenAIClient relayed;

    @BeforeAll
    static void start() throws IOException {
        rig = Rig.start();
        lively = rig.startWithHeartbeat(HEARTBEAT);
        direct = client(rig.simulator().baseUrl().toString(), 0);
        relayed = client(rig.gatewayUrl() + "/v1", 0);
    }

    @AfterAll
    static void stop() {
        direct.close();
        relayed.close();
        lively.close();
        rig.close();
    }

    private static OpenAIClient client(String baseUrl, int retries) {
        return OpenAIOkHttpClient.builder()
                .baseUrl(baseUrl)
                .apiKey("none")
                .maxRetries(retries)
                .timeout(Duration.ofSeconds(30))
                .build();
    }

    // ---- answers -----------------------------------------------------------------------------

    @Test
    void every_recorded_stream_accumulates_to_the_same_answer() {
        List<Recording> recordings = Recordings.chat();
        var differences = new TreeMap<String, String>();
        int finished = 0;
        for (Recording recording : recordings) {
            rig.simulator().script(recording.name(), Script.sse(recording.body()));
            Told expected = stream(direct, recording.name());
            Told got = stream(relayed, recording.name());
            finished += expected.answer().isEmpty() ? 0 : 1;
            if (!got.equals(expected)) {
                differences.put(recording.name(), "expected " + expected + " got " + got);
            }
        }
        System.out.println(
                recordings.isEmpty()
                        ? "NOTE: openai-java: " + Recordings.missing()
                        : "NOTE: openai-java: %d recorded streams compared, %d of them whole answers to it"
                                .formatted(recordings.size(), finished));
        assertThat(differences).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sim/tokens-40",
                "sim/tokens-0",
                "sim/reasoning-5+tokens-5",
                "sim/tools-3",
                "sim/tokens-3+finish-length",
                "sim/tokens-3+finish-content_filter"
            })
    void an_answer_is_the_same_streamed_and_whole(String model) {
        assertThat(stream(relayed, model)).isEqualTo(stream(direct, model));
        ChatCompletion whole = relayed.chat().completions().create(request(model));
        assertThat(whole).isEqualTo(direct.chat().completions().create(request(model)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sim/ttft-300ms+tokens-10", "sim/stall-after-5:300ms+tokens-10"})
    void heartbeats_go_unnoticed(String model) throws Exception {
        try (var raw = new RelayClient(Rig.url(lively))) {
            assertThat(new String(raw.complete(model, true), UTF_8)).containsPattern("(?m)^:$");
        }
        OpenAIClient client = client(Rig.url(lively) + "/v1", 0);
        Told told = stream(client, model);
        client.close();
        assertThat(told).isEqualTo(stream(direct, model));
        assertThat(told.error()).isEmpty();
    }

    // ---- failures ----------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource({"404, true", "404, false", "429, true", "429, false", "500, true", "503, false"})
    void a_refusal_keeps_its_type_status_and_body(int status, boolean streamed) {
        String model = "sim/retry-after-7s+status-" + status;
        OpenAIServiceException expected = refusal(direct, model, streamed);
        OpenAIServiceException got = refusal(relayed, model, streamed);
        assertThat(got).isExactlyInstanceOf(expected.getClass());
        assertThat(got).isInstanceOf(type(status));
        assertThat(got.statusCode()).isEqualTo(status);
        assertThat(got.body()).isEqualTo(expected.body());
        assertThat(got.headers().values("retry-after")).containsExactly("7");
    }

    private static Class<? extends OpenAIServiceException> type(int status) {
        return switch (status) {
            case 404 -> NotFoundException.class;
            case 429 -> RateLimitException.class;
            default -> InternalServerException.class;
        };
    }

    /// What a provider says about the server's credential is not the client's business.
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_refused_credential_is_an_authentication_error(boolean streamed) {
        OpenAIServiceException got = refusal(relayed, "sim/status-401", streamed);
        assertThat(got).isInstanceOf(UnauthorizedException.class);
        assertThat(got).hasMessageContaining("the server's credential");
    }

    @Test
    void a_retry_is_made_when_the_provider_said_so() {
        rig.simulator()
                .script(
                        "busy-once",
                        Script.failing(new Status(429), new ExtraHeader("retry-after-ms", "20")),
                        Script.text("Now."));
        OpenAIClient patient = client(rig.gatewayUrl() + "/v1", 2);
        assertThat(stream(patient, "busy-once").text()).isEqualTo("Now.");
        patient.close();
    }

    @Test
    void an_error_after_tokens_is_raised_as_it_is_without_us() {
        String model = "sim/tokens-20+error-after-3";
        Told got = stream(relayed, model);
        assertThat(got.error()).contains(SseException.class.getSimpleName()).contains("fail here");
        assertThat(got.chunks()).hasSize(4);
        assertThat(got).isEqualTo(stream(direct, model));
    }

    @ParameterizedTest
    @ValueSource(strings = {"cut-after-3", "reset-after-3", "end-after-3"})
    void a_truncated_stream_is_no_answer(String fault) {
        Told got = stream(relayed, "sim/tokens-20+" + fault);
        assertThat(got.error()).contains(SseException.class.getSimpleName());
        assertThat(got.answer()).isEmpty();
        assertThat(got.chunks()).hasSize(4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sim/cut-after-0", "sim/error-after-0"})
    void a_whole_answer_that_breaks_is_an_error(String model) {
        assertThat(refusal(relayed, model, false)).isInstanceOf(InternalServerException.class);
    }

    // ---- the client --------------------------------------------------------------------------

    /// What a program that uses the client is told about one stream.
    ///
    /// @param answer what the client's own accumulator makes of it, empty when it is not finished
    /// @param error what was raised, empty when nothing was
    private record Told(List<String> chunks, String text, String answer, String error) {}

    private static Told stream(OpenAIClient client, String model) {
        var chunks = new ArrayList<String>();
        var text = new StringBuilder();
        var accumulator = ChatCompletionAccumulator.create();
        String error = "";
        try (StreamResponse<ChatCompletionChunk> stream =
                client.chat().completions().createStreaming(streaming(model))) {
            stream.stream()
                    .forEach(chunk -> {
                        chunks.add(chunk.toString());
                        if (!chunk._choices().isMissing()) {
                            accumulate(accumulator, chunk, text);
                        }
                    });
        } catch (OpenAIException e) {
            error = e.getClass().getSimpleName() + ": " + e.getMessage();
        }
        String answer = "";
        try {
            answer = accumulator.chatCompletion().toString();
        } catch (RuntimeException _) {
            // Not finished, or with fields that the accumulator cannot do without.
        }
        return new Told(chunks, text.toString(), answer, error);
    }

    /// Some providers' chunks lack what the client's types promise; it says so by throwing.
    private static void accumulate(
            ChatCompletionAccumulator accumulator, ChatCompletionChunk chunk, StringBuilder text) {
        try {
            accumulator.accumulate(chunk);
            chunk.choices().forEach(choice -> choice.delta().content().ifPresent(text::append));
        } catch (RuntimeException e) {
            text.append(e.getClass().getSimpleName());
        }
    }

    private static OpenAIServiceException refusal(
            OpenAIClient client, String model, boolean streamed) {
        try {
            if (streamed) {
                client.chat().completions().createStreaming(streaming(model)).close();
            } else {
                client.chat().completions().create(request(model));
            }
        } catch (OpenAIServiceException e) {
            return e;
        }
        throw new AssertionError(model + " was answered (expected: a refusal)");
    }

    private static ChatCompletionCreateParams request(String model) {
        return ChatCompletionCreateParams.builder().model(model).addUserMessage("Play.").build();
    }

    private static ChatCompletionCreateParams streaming(String model) {
        return request(model).toBuilder()
                .streamOptions(ChatCompletionStreamOptions.builder().includeUsage(true).build())
                .build();
    }
}
