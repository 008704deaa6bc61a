package dev.firsttoken.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExplanationTest {

    @TempDir Path directory;
    Reading reading;

    @BeforeEach
    void useDirectory() {
        reading = new Reading(directory);
    }

    private List<String> lines(ConfigReading accepted) {
        return accepted.explanation()
                .lines()
                .map(line -> line.replace(directory + "/", "").replaceAll(" {2,}", " | "))
                .toList();
    }

    @Test
    void everyKeyIsToldWithValueOriginAndMeaning() {
        ConfigSource source =
                reading.source(
                                """
                                server:
                                  port: ${PORT:-90}
                                  drain: 120s
                                providers:
                                  - name: a
                                    base-url: https://x/v1
                                    api-key: ${KEY}
                                    models: [m, n]
                                default-model: ${A}${B}
                                """,
                                Map.of("KEY", "canary", "A", "x", "B", "y", "HTTPS_PROXY", "p:1"))
                        .with("server.host", "localhost", "--host");
        List<String> lines = lines(source.read());

        assertThat(lines)
                .contains(
                        "server.host | localhost | --host | Address to listen on; any but a loopback"
                                + " one needs `keys` or `open`.",
                        "server.port | 90 | ft.yaml:2 via PORT | Port to listen on; 0 picks a free"
                                + " one.",
                        "server.drain | 2m | ft.yaml:3 | How long running streams may go on after"
                                + " SIGTERM.",
                        "server.open | false | default | Serve a public address to anybody, although"
                                + " there are no keys.",
                        "providers[0].api-key | *** | ft.yaml:7 via KEY | The credential we show it;"
                                + " write `${NAME}` or `${file:/path}`.",
                        "providers[0].proxy | http://p:1 | HTTPS_PROXY | HTTP proxy to go through;"
                                + " `none` ignores `HTTPS_PROXY` and `HTTP_PROXY`.",
                        "providers[0].models | [m, n] | ft.yaml:8 | Models it serves; empty means any"
                                + " name may be passed on to it.",
                        "default-model | xy | ft.yaml:9 via A, B | The model for requests that name"
                                + " none.",
                        "keys | none | default | Who may call. None means anybody who can reach the"
                                + " address.");
    }

    @Test
    void validationEndsWithOkOrDoesNotSayIt() {
        assertThat(reading.of("{}", Map.of()).validation()).isEqualTo("ok\n");
        assertThat(reading.of("default-model: [\n", Map.of()).validation()).doesNotContain("ok\n");
        assertThat(reading.of("a: 1\nb: 2\n", Map.of()).validation()).hasLineCount(2);
        assertThat(reading.of("a: 1\n", Map.of()).explanation()).contains("error: a: unknown key");
    }

    @Test
    void noTextEverHoldsASecret() throws Exception {
        Files.writeString(directory.resolve("key"), "canary-file\n");
        Map<String, String> environment =
                Map.of(
                        "API_KEY", "canary-env",
                        "BAD_KEY", "canary with spaces",
                        "HTTPS_PROXY", "http://canary:canary@proxy:1");
        List<String> files =
                List.of(
                        "providers: [{name: a, base-url: \"https://x\", proxy: none, api-key: canary}]",
                        "providers: [{name: a, base-url: \"https://x\", proxy: none, api-key:"
                                + " \"${API_KEY}\"}]",
                        "providers: [{name: a, base-url: \"https://x\", proxy: none, api-key:"
                                + " \"${file:key}\"}]",
                        "providers: [{name: a, base-url: \"https://x\", proxy: none, api-key:"
                                + " \"${NONE:-canary}\"}]",
                        "providers: [{name: a, base-url: \"https://x\", api-key: canary}]",
                        "providers: [{name: a, base-url: \"https://x\", api-key: \"${BAD_KEY}\"}]",
                        "providers: [{name: a, base-url: \"https://x\", api-key: \"can ary canary\"}]",
                        "providers: [{name: a, base-url: \"https://x\", api-key: [canary]}]",
                        "providers: [{name: a, base-url: \"https://x\", api-key: {a: canary}}]",
                        "providers: [{name: a, base-url: \"https://x\", apikey: canary}]",
                        "providers: [{name: a, base-url: \"https://canary:canary@x\"}]",
                        "providers: [{name: a, base-url: \"https://x?key=canary\"}]",
                        "providers: [{name: \"${API_KEY}\", base-url: \"https://x\", proxy: none}]",
                        "providers: [{name: \"${BAD_KEY}\", base-url: \"${API_KEY}\"}]",
                        "providers: [canary]",
                        "providers: canary",
                        "default-model: ${API_KEY}",
                        "default-model: ${file:key}",
                        "default-model: ${BAD_KEY}",
                        "server: {host: \"${API_KEY}\", port: \"${API_KEY}\"}",
                        "keys: [{name: a, key: canary}]",
                        "keys: [{name: a, sha256: canary}]",
                        "keys: [{name: a, sha256: [canary]}]",
                        "keys: canary",
                        "api-key: canary",
                        "api-key: \"canary",
                        "api-key: *canary",
                        "api-key: {canary",
                        "api-key: @canary",
                        "api-key: !canary x",
                        "api-key: | canary",
                        "\tapi-key: canary");
        for (String file : files) {
            ConfigReading result = reading.of(file + "\n", environment);
            assertThat(result.validation() + result.explanation() + result.problems())
                    .as(file)
                    .doesNotContain("canary");
            // A model's or a provider's name is not a secret to its record; a key is.
            if (result instanceof ConfigReading.Accepted accepted && file.contains("api-key")) {
                assertThat(accepted.toString()).as(file).doesNotContain("canary");
            }
        }
    }
}
