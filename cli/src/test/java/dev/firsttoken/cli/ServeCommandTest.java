package dev.firsttoken.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `firsttoken serve` as a process: how it starts, how it is steered, how it ends.
@Timeout(value = 2, unit = TimeUnit.MINUTES)
final class ServeCommandTest {

    private static final String LISTENING = "curl -N";

    @TempDir private Path folder;

    @Test
    void lineToPasteShowsAStream() throws Exception {
        try (Command serve = Command.start("serve", "--port", "0")) {
            String line = serve.await(LISTENING);

            Process curl =
                    new ProcessBuilder("bash", "-c", line.strip().replace("-N", "-sN")).start();
            String stream = new String(curl.getInputStream().readAllBytes());

            assertThat(stream).startsWith("data: {\"content\":").endsWith("data: [DONE]\n\n");
        }
    }

    @Test
    void saysWhatItServes() throws Exception {
        try (Command serve = Command.start("serve", "--port", "0")) {
            serve.await(LISTENING);
            serve.signal("TERM");
            Command.Result result = serve.result();

            assertThat(result.code()).isEqualTo(ExitCode.OK);
            assertThat(result.out())
                    .contains("listens on http://127.0.0.1:")
                    .contains("built-in simulator")
                    .contains("claude-sonnet-4-20250514")
                    .contains("stopped");
            assertThat(result.err()).isEmpty();
        }
    }

    @Test
    void nothingIsSpentOnTheBuiltInSimulator() throws Exception {
        try (Command serve = Command.start("serve", "--port", "0");
                HttpClient http = HttpClient.newHttpClient()) {
            URI address = address(serve.await(LISTENING));
            String priced = "claude-sonnet-4-20250514";

            HttpResponse<String> answer =
                    http.send(
                            HttpRequest.newBuilder(address.resolve("/v1/chat/completions"))
                                    .header("content-type", "application/json")
                                    .header("x-simulate", "tokens=2")
                                    .POST(
                                            HttpRequest.BodyPublishers.ofString(
                                                    "{\"model\":\""
                                                            + priced
                                                            + "\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            HttpResponse<String> model =
                    http.send(
                            HttpRequest.newBuilder(address.resolve("/v1/models/" + priced)).build(),
                            HttpResponse.BodyHandlers.ofString());

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("x-firsttoken-cost-usd")).hasValue("0");
            assertThat(answer.headers().firstValue("x-firsttoken-estimated")).isEmpty();
            assertThat(model.body())
                    .contains("\"input\":0,", "\"output\":0,", "\"estimated\":false")
                    .doesNotContain("context_window");
        }
    }

    @Test
    void secondServerOnTheSamePortSaysWhoIsInTheWay() throws Exception {
        try (Command serve = Command.start("serve", "--port", "0")) {
            URI address = address(serve.await(LISTENING));

            Command.Result second =
                    Command.run("serve", "--port", Integer.toString(address.getPort()));

            assertThat(second.code()).isEqualTo(ExitCode.NO_CONNECTION);
            assertThat(second.err())
                    .contains("127.0.0.1:" + address.getPort() + " is taken")
                    .doesNotContain("Exception");
        }
    }

    @Test
    void interruptLetsARunningStreamFinish() throws Exception {
        try (Command serve = Command.start("serve", "--port", "0");
                HttpClient http = HttpClient.newHttpClient()) {
            URI address = address(serve.await(LISTENING));
            HttpResponse<Stream<String>> response =
                    ask(http, address, "sim/tokens-40+ttft-0ms+gap-50ms");
            var lines = response.body().iterator();
            lines.next();

            serve.signal("INT");
            String last = "";
            while (lines.hasNext()) {
                String line = lines.next();
                last = line.isEmpty() ? last : line;
            }

            assertThat(last).isEqualTo("data: [DONE]");
            assertThat(serve.result().code()).isEqualTo(ExitCode.OK);
        }
    }

    @Test
    void streamThatOutlivesTheDrainTimeIsCutAndCounted() throws Exception {
        Path file = write("server: {port: 0, drain: 200ms}\n");
        try (Command serve = Command.start("serve", "--config", file.toString());
                HttpClient http = HttpClient.newHttpClient()) {
            URI address = address(serve.await(LISTENING));
            HttpResponse<Stream<String>> response =
                    ask(http, address, "sim/tokens-1000+ttft-0ms+gap-100ms");
            var rest = new CompletableFuture<String>();
            var lines = response.body().iterator();
            lines.next();
            Thread.ofVirtual()
                    .start(() -> {
                        var text = new StringBuilder();
                        lines.forEachRemaining(line -> text.append(line).append('\n'));
                        rest.complete(text.toString());
                    });

            serve.signal("TERM");

            assertThat(serve.result().code()).isEqualTo(ExitCode.STREAMS_CUT);
            assertThat(rest.get()).contains("data: {\"error\":").contains("data: [DONE]");
        }
    }

    @Test
    void repeatedSignalsEndTheWaiting() throws Exception {
        Path file = write("server: {port: 0, drain: 10m}\n");
        try (Command serve = Command.start("serve", "--config", file.toString());
                HttpClient http = HttpClient.newHttpClient()) {
            URI address = address(serve.await(LISTENING));
            var lines = ask(http, address, "sim/tokens-1000+ttft-0ms+gap-100ms").body().iterator();
            lines.next();
            Thread.ofVirtual().start(() -> lines.forEachRemaining(_ -> {}));

            serve.signal("TERM");
            serve.await("600000 ms to end");
            serve.signal("TERM");
            serve.await("5000 ms to end");
            serve.signal("TERM");

            assertThat(serve.result().code()).isEqualTo(ExitCode.STREAMS_CUT);
        }
    }

    @Test
    void wrongConfigurationIsToldWithItsPlace() throws Exception {
        Path file = write("server:\n  prot: 8080\n");

        Command.Result result = Command.run("serve", "--config", file.toString());

        assertThat(result.code()).isEqualTo(ExitCode.CONFIG_INVALID);
        assertThat(result.err()).contains(file + ":2:3").contains("port");
        assertThat(result.out()).isEmpty();
    }

    @Test
    void publicAddressWithoutKeysIsRefused() throws Exception {
        Command.Result result = Command.run("serve", "--host", "0.0.0.0", "--port", "0");

        assertThat(result.code()).isEqualTo(ExitCode.CONFIG_INVALID);
        assertThat(result.err()).contains("--host").contains("0.0.0.0");
    }

    @Test
    void changedFileIsPutInForceAndABrokenOneIsNot() throws Exception {
        Path file = write("server: {port: 0}\n");
        try (Command serve = Command.start("serve", "--config", file.toString())) {
            serve.await(LISTENING);

            Files.writeString(file, "server: {port: 0}\ndefault-model: another\n");
            serve.await("configuration was reloaded");
            Files.writeString(file, "server: {prot: 0}\n");
            serve.await("prot");
            serve.await("was not reloaded");
        }
    }

    @Test
    void hangUpReadsTheConfigurationAgain() throws Exception {
        Path file = write("server: {port: 0}\n");
        try (Command serve = Command.start("serve", "--config", file.toString())) {
            serve.await(LISTENING);

            serve.signal("HUP");

            serve.await("configuration was reloaded");
        }
    }

    @Test
    void jsonLogHoldsNothingButJson() throws Exception {
        try (Command serve =
                Command.start(Map.of("FIRSTTOKEN_LOG_FORMAT", "json"), "serve", "--port", "0")) {
            serve.await("listening");
            serve.signal("TERM");

            assertThat(serve.result().out().lines())
                    .isNotEmpty()
                    .allMatch(line -> line.startsWith("{") && line.endsWith("}"));
        }
    }

    @Test
    void logHoldsNothingThatWasSaid() throws Exception {
        try (Command serve =
                        Command.start(
                                Map.of("FIRSTTOKEN_LOG_LEVEL", "trace"), "serve", "--port", "0");
                HttpClient http = HttpClient.newHttpClient()) {
            URI address = address(serve.await(LISTENING));
            ask(http, address, "sim/tokens-20+ttft-0ms").body().forEach(_ -> {});
            serve.signal("TERM");
            Command.Result result = serve.result();

            assertThat(result.out() + result.err())
                    .doesNotContain("xyzzy")
                    .doesNotContain("This is sim");
        }
    }

    private static URI address(String line) {
        return URI.create(line.replaceAll(".*(http://[^ ]*)/chat/stream.*", "$1"));
    }

    private static HttpResponse<Stream<String>> ask(HttpClient http, URI address, String model)
            throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(address.resolve("/chat/stream"))
                        .version(HttpClient.Version.HTTP_1_1)
                        .header("Content-Type", "application/json")
                        .POST(
                                HttpRequest.BodyPublishers.ofString(
                                        "{\"message\":\"xyzzy\",\"model\":\"" + model + "\"}"))
                        .build(),
                HttpResponse.BodyHandlers.ofLines());
    }

    private Path write(String yaml) throws IOException {
        return Files.writeString(folder.resolve("firsttoken.yaml"), yaml);
    }
}
