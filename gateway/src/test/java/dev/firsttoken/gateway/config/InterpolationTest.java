package dev.firsttoken.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InterpolationTest {

    @TempDir Path directory;
    Reading reading;

    @BeforeEach
    void useDirectory() {
        reading = new Reading(directory);
    }

    private String model(String written, Map<String, String> environment) {
        return reading.config("default-model: " + written + "\n", environment).defaultModel();
    }

    @Test
    void replacesVariablesWherePossibleByTheirDefault() {
        assertThat(model("a-${M}-z", Map.of("M", "x"))).isEqualTo("a-x-z");
        assertThat(model("${M:-y}", Map.of("M", "x"))).isEqualTo("x");
        assertThat(model("${M:-y}", Map.of())).isEqualTo("y");
        assertThat(model("${M:-y}", Map.of("M", ""))).isEqualTo("y");
        assertThat(model("${A}${B:-/}${A}", Map.of("A", "x"))).isEqualTo("x/x");
        assertThat(model("$${M}", Map.of())).isEqualTo("${M}");
        assertThat(model("$M$", Map.of())).isEqualTo("$M$");
    }

    @Test
    void whatComesInIsNotReadAgain() {
        assertThat(model("${M}", Map.of("M", "${N}", "N", "x"))).isEqualTo("${N}");
        assertThat(model("${M}", Map.of("M", "{a:[b]}#&*"))).isEqualTo("{a:[b]}#&*");
    }

    @Test
    void typesComeFromTheKey() {
        Config config =
                reading.config(
                        "server: {port: \"${P}\", open: \"${O}\"}\n",
                        Map.of("P", "99", "O", "true"));

        assertThat(config.server().port()).isEqualTo(99);
        assertThat(config.server().open()).isTrue();
    }

    @Test
    void readsFilesRelativeToItsOwnWithoutTheLastLineBreak() throws IOException {
        Files.writeString(directory.resolve("secret"), "sk-1\n");
        String provider =
                """
                providers:
                  - name: p
                    base-url: https://x
                    api-key: ${file:%s}
                """;

        ConfigReading.Accepted relative =
                Reading.accepted(reading.of(provider.formatted("secret"), Map.of()));
        assertThat(relative.config().providers().getFirst().apiKey()).isEqualTo(new Secret("sk-1"));
        assertThat(relative.warnings()).isEmpty();
        assertThat(relative.files()).contains(directory.resolve("secret"));
        Path absolute = directory.resolve("secret").toAbsolutePath();
        assertThat(reading.problems(provider.formatted(absolute), Map.of())).isEmpty();
    }

    @Test
    void namesWhatIsMissing() {
        assertThat(reading.problems("default-model: ${NO}-${file:gone}\n", Map.of("NOT", "canary")))
                .containsExactly(
                        "ft.yaml:1:16: error: default-model: ${NO} (expected: the environment"
                                + " variable NO to be set)",
                        "ft.yaml:1:16: error: default-model: ${file:gone} (expected: a readable"
                                + " file)");
        assertThat(reading.problems("default-model: ${NO\n", Map.of()))
                .containsExactly(
                        "ft.yaml:1:16: error: default-model: a '${' that is not ${NAME},"
                                + " ${NAME:-default} or ${file:/path} (expected: one of these, or $${"
                                + " for a plain ${)");
    }

    @Test
    void aRefusedValueIsShownAsItWasWritten() {
        assertThat(reading.problems("server: {port: \"${P}\"}\n", Map.of("P", "canary")))
                .containsExactly(
                        "ft.yaml:1:16: error: server.port: ${P} (expected: a whole number from 0 to"
                                + " 65535)");
    }
}
