package dev.firsttoken.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Browsers on pages of other origins.
class CrossOriginTest {

    private static final String CHAT = "https://chat.example.com";
    private static final String OTHER = "https://chat.example.com.evil.example";

    private static HttpResponse<String> send(
            Stage stage, HttpClient.Version version, String method, String path, String... headers)
            throws Exception {
        String body =
                method.equals("POST")
                        ? "{\"model\":\"sim/tokens-2\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}"
                        : "";
        var request =
                stage.request(path)
                        .version(version)
                        .header("content-type", "application/json")
                        .headers(headers)
                        .method(method, BodyPublishers.ofString(body));
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request.build(), BodyHandlers.ofString());
        }
    }

    private static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void aPageThatIsNamedMayAskAndRead(HttpClient.Version version) throws Exception {
        try (Stage stage =
                Stage.start(s -> {
                    s.cors = List.of(CHAT);
                    s.key("team", "secret");
                })) {
            var preflight =
                    send(
                            stage,
                            version,
                            "OPTIONS",
                            "/v1/chat/completions",
                            "origin",
                            CHAT,
                            "access-control-request-method",
                            "POST",
                            "access-control-request-headers",
                            "authorization,content-type,x-firsttoken-on-disconnect");
            assertThat(preflight.statusCode()).isEqualTo(204);
            assertThat(header(preflight, "access-control-allow-origin")).isEqualTo(CHAT);
            assertThat(header(preflight, "access-control-allow-methods"))
                    .contains("POST", "DELETE");
            assertThat(header(preflight, "access-control-allow-headers"))
                    .isEqualTo("authorization, *");

            var answer =
                    send(
                            stage,
                            version,
                            "POST",
                            "/v1/chat/completions",
                            "origin",
                            CHAT,
                            "authorization",
                            "Bearer secret");
            assertThat(answer.body()).endsWith("data: [DONE]\n\n");
            assertThat(header(answer, "access-control-allow-origin")).isEqualTo(CHAT);
            assertThat(header(answer, "access-control-expose-headers"))
                    .contains("x-firsttoken-stream");
            assertThat(header(answer, "vary")).isEqualTo("origin");
            assertThat(header(answer, "access-control-allow-credentials")).isEmpty();

            // Why it was refused can be read as well, also when that was clear before the body
            // came.
            var refused = send(stage, version, "POST", "/v1/chat/completions", "origin", CHAT);
            assertThat(refused.statusCode()).isEqualTo(401);
            assertThat(header(refused, "access-control-allow-origin")).isEqualTo(CHAT);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {OTHER, "null", "http://chat.example.com", "*"})
    void anyOtherPageMayNot(String origin) throws Exception {
        try (Stage stage = Stage.start(s -> s.cors = List.of(CHAT))) {
            var preflight =
                    send(
                            stage,
                            HttpClient.Version.HTTP_1_1,
                            "OPTIONS",
                            "/v1/chat/completions",
                            "origin",
                            origin,
                            "access-control-request-method",
                            "POST");
            assertThat(preflight.statusCode()).isEqualTo(405);
            assertThat(header(preflight, "access-control-allow-origin")).isEmpty();
            var models =
                    send(stage, HttpClient.Version.HTTP_1_1, "GET", "/v1/models", "origin", origin);
            assertThat(header(models, "access-control-allow-origin")).isEmpty();
            assertThat(header(models, "vary")).isEqualTo("origin");
        }
    }

    @Test
    void nobodyMayWhereNobodyIsNamed() throws Exception {
        try (Stage stage = Stage.start()) {
            var models =
                    send(stage, HttpClient.Version.HTTP_1_1, "GET", "/v1/models", "origin", CHAT);
            assertThat(header(models, "access-control-allow-origin")).isEmpty();
            assertThat(header(models, "vary")).isEmpty();
        }
    }
}
