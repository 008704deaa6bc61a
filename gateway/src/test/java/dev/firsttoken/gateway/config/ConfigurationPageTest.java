package dev.firsttoken.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Holds docs/configuration.md and docs/firsttoken.schema.json against the code; `-Ddocs.write`
/// rewrites what is generated in them.
class ConfigurationPageTest {

    private static final Path PAGE = Path.of("..", "docs", "configuration.md");
    private static final Path SCHEMA = Path.of("..", "docs", "firsttoken.schema.json");
    private static final boolean WRITE = System.getProperty("docs.write") != null;

    @Test
    void theTablesAreCurrent() throws IOException {
        String page = Files.readString(PAGE);
        String current =
                generated(
                        generated(page, "keys", ConfigSchema.markdown()),
                        "environment",
                        ConfigSchema.environmentMarkdown());
        if (WRITE) {
            Files.writeString(PAGE, current);
        } else {
            assertThat(page).isEqualTo(current);
        }
    }

    private static String generated(String page, String name, String text) {
        String start = "<!-- generated: " + name + " -->\n";
        String end = "<!-- end: " + name + " -->";
        assertThat(page).containsOnlyOnce(start).containsOnlyOnce(end);
        return page.substring(0, page.indexOf(start) + start.length())
                + text
                + page.substring(page.indexOf(end));
    }

    @Test
    void theSchemaIsCurrent() throws IOException {
        if (WRITE) {
            Files.writeString(SCHEMA, ConfigSchema.json());
        } else {
            assertThat(Files.readString(SCHEMA)).isEqualTo(ConfigSchema.json());
        }
    }

    @Test
    void theExamplesAreAccepted(@TempDir Path directory) throws IOException {
        for (String file : new String[] {"cert.pem", "key.pem", "ca.pem"}) {
            Files.createFile(directory.resolve(file));
        }
        Matcher examples =
                Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL)
                        .matcher(Files.readString(PAGE));
        int count = 0;
        while (examples.find()) {
            count++;
            Map<String, String> environment = Map.of("OPENAI_API_KEY", "k", "IZZI_API_KEY", "k");
            assertThat(new Reading(directory).problems(examples.group(1), environment))
                    .as(examples.group(1))
                    .isEmpty();
        }
        assertThat(count).isPositive();
    }
}
