package dev.firsttoken.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firsttoken.cli.MainTest.Local;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ConfigCommandTest {

    @TempDir private Path folder;

    @Test
    void validateAcceptsWhatCanBeServed() throws Exception {
        Local.Result result = Local.run("config", "validate", file("server:\n  port: 9000\n"));

        assertThat(result.code()).isEqualTo(ExitCode.OK);
        assertThat(result.out()).endsWith("ok\n");
    }

    @Test
    void validateNamesLineColumnAndTheNearestKey() throws Exception {
        String file = file("server:\n  prot: 9000\n");

        Local.Result result = Local.run("config", "validate", file);

        assertThat(result.code()).isEqualTo(ExitCode.CONFIG_INVALID);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).contains(file + ":2:3").contains("port");
    }

    @Test
    void validateOfAFileThatIsNotThereSaysSo() {
        Local.Result result = Local.run("config", "validate", folder + "/none.yaml");

        assertThat(result.code()).isEqualTo(ExitCode.CONFIG_INVALID);
        assertThat(result.err()).contains("none.yaml");
    }

    @Test
    void explainShowsWhereAValueCameFromAndNoSecret() throws Exception {
        Command.Result result =
                Command.runWith(
                        Map.of("OPENAI_API_KEY", "sk-very-secret-0123456789"),
                        "",
                        "config",
                        "explain");

        assertThat(result.code()).isEqualTo(ExitCode.OK);
        assertThat(result.out()).contains("OPENAI_API_KEY").doesNotContain("sk-very-secret");
    }

    @Test
    void schemaIsJson() {
        Local.Result result = Local.run("config", "schema");

        assertThat(result.code()).isEqualTo(ExitCode.OK);
        assertThat(result.out()).startsWith("{").contains("\"$schema\"");
    }

    @Test
    void keyPrintsTheKeyApartFromWhatGoesIntoTheFile() throws Exception {
        Local.Result result = Local.run("config", "key", "alice");

        assertThat(result.code()).isEqualTo(ExitCode.OK);
        assertThat(result.err()).containsPattern("ft-[0-9A-Za-z]{49}");
        assertThat(result.out()).contains("name: alice").doesNotContain("ft-");
        assertThat(Local.run("config", "validate", file(result.out())).code())
                .isEqualTo(ExitCode.OK);
    }

    private String file(String yaml) throws Exception {
        return Files.writeString(folder.resolve("firsttoken.yaml"), yaml).toString();
    }
}
