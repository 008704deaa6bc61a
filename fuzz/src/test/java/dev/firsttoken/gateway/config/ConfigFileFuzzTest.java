package dev.firsttoken.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.firsttoken.fuzz.Mutants;
import dev.firsttoken.fuzz.Seeds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

/// Any file is a configuration or a list of what is wrong with it, one line each.
class ConfigFileFuzzTest {

    private static final Map<String, String> ENVIRONMENT =
            Map.of("KEY", "a-secret-that-nobody-sees", "EMPTY", "", "PORT", "8080");

    private static Path directory;
    private static Path file;

    static Stream<byte[]> seeds() {
        return Seeds.of(
                "{}",
                """
                server: {host: 127.0.0.1, port: ${PORT:-9000}, http2: true, drain: 10s}
                providers:
                  - name: openai
                    base-url: https://api.openai.com/v1
                    api-key: ${KEY}
                    protocol: http2
                    models: [gpt-5-mini]
                  - {name: local, base-url: "http://127.0.0.1:11434/v1"}
                models:
                  - name: fast
                    deployments:
                      - {provider: openai, model: gpt-5-mini}
                default-model: fast
                """,
                """
                limits: {request-head: 17KiB, answer: 3GiB, log: 1048577, streams: 12}
                deadlines: {connect: 1ms, first-token: 2s, stall: 3m, total: 4h}
                log: {format: json, level: debug}
                keys: [{name: web-team, sha256: 00}]
                """,
                "a: &x [1, *x]\nb: {<<: *x}\n? [k]\n: v\n",
                "server:\n  port: \"${file:missing} $${x} ${nope} ${\"\n",
                "!!binary aGk=\n---\nmore\n",
                "server: 5\nserver: |\n  text\n# comment\nproviders: ~\n");
    }

    @BeforeAll
    static void makeFile() throws IOException {
        directory = Files.createTempDirectory("fuzz");
        file = directory.resolve("ft.yaml");
    }

    @AfterAll
    static void removeFile() throws IOException {
        Files.deleteIfExists(file);
        Files.deleteIfExists(directory);
    }

    @Test
    void holdsNearTheSeeds() {
        Mutants.check(seeds(), this::fileIsReadOrRefusedInWords);
    }

    @MethodSource("seeds")
    @FuzzTest
    void fileIsReadOrRefusedInWords(byte[] text) throws IOException {
        Files.write(file, text);
        ConfigReading reading = ConfigSource.file(file, ENVIRONMENT).read();
        for (Problem problem : reading.problems()) {
            assertThat(problem.toString()).doesNotContainPattern("\\p{Cntrl}");
        }
        assertThat(reading.explanation()).isNotEmpty();
        switch (reading) {
            case ConfigReading.Accepted accepted -> {
                assertThat(accepted.validation()).endsWith("ok\n");
                assertThat(accepted.config().toString())
                        .doesNotContain("a-secret-that-nobody-sees");
            }
            case ConfigReading.Refused refused ->
                    assertThat(refused.problems())
                            .anyMatch(problem -> problem.severity() == Problem.Severity.ERROR);
        }
    }
}
