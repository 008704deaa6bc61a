package dev.firsttoken.gateway.recorded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/// Asks a gateway, and takes bodies as the bytes that they are.
final class RelayClient implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final URI gateway;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    RelayClient(URI gateway) {
        this.gateway = gateway;
    }

    /// @param usage whether token counts are asked for
    byte[] complete(String model, boolean usage) throws IOException, InterruptedException {
        return post(
                "/v1/chat/completions",
                """
                {"model":"%s","stream":true,"messages":[{"role":"user","content":"Play."}]%s}\
                """
                        .formatted(
                                model,
                                usage ? ",\"stream_options\":{\"include_usage\":true}" : ""));
    }

    String simple(String model) throws IOException, InterruptedException {
        String body = "{\"model\":\"%s\",\"message\":\"Play.\"}".formatted(model);
        return new String(post("/chat/stream", body), UTF_8);
    }

    private byte[] post(String path, String body) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(gateway.resolve(path))
                        .timeout(PATIENCE)
                        .header("content-type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build();
        HttpResponse<byte[]> answer = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
        assertThat(answer.statusCode()).as(new String(answer.body(), UTF_8)).isEqualTo(200);
        return answer.body();
    }

    @Override
    public void close() {
        http.close();
    }
}
