package dev.firsttoken.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Holds docs/limits.md against the settings, the metrics and the tests there are.
class LimitsPageTest {

    private static final Path PAGE = Path.of("..", "docs", "limits.md");
    private static final Pattern SETTING =
            Pattern.compile("(?m)^\\| `((?:limits|http|deadlines)\\.[^`]+)` \\|.*$");

    /// Each setting's row, by the setting's name.
    private static TreeMap<String, String> rows(String page) {
        var rows = new TreeMap<String, String>();
        Matcher matcher = SETTING.matcher(page);
        while (matcher.find()) {
            assertThat(rows.put(matcher.group(1), matcher.group())).as(matcher.group(1)).isNull();
        }
        return rows;
    }

    private static String cell(String row, int index) {
        return row.split(" \\| ")[index].strip();
    }

    @Test
    void everyLimitIsThereWithItsDefault() throws IOException {
        TreeMap<String, String> onPage = rows(Files.readString(PAGE));
        TreeMap<String, String> settings = rows(ConfigSchema.markdown());
        settings.keySet().removeIf(name -> !name.contains("."));
        assertThat(onPage.keySet()).isEqualTo(settings.keySet());
        settings.forEach((name, row) ->
                assertThat("`" + cell(onPage.get(name), 1) + "`")
                        .as("default of " + name)
                        .isEqualTo(cell(row, 2)));
    }

    @Test
    void everyLimitHasAMetricAndATest() throws IOException {
        rows(Files.readString(PAGE))
                .forEach((name, row) -> {
                    assertThat(cell(row, 3)).as(name).startsWith("`firsttoken_");
                    assertThat(cell(row, 4)).as(name).containsPattern("`\\w+Test\\.\\w+`");
                });
    }

    @Test
    void theMetricsExist() throws IOException {
        String source;
        try (Stream<Path> files = Files.walk(Path.of("src", "main", "java"))) {
            source =
                    files.filter(file -> file.toString().endsWith(".java"))
                            .map(LimitsPageTest::text)
                            .collect(Collectors.joining());
        }
        for (String metric : names("`(firsttoken_\\w+)")) {
            assertThat(source).contains('"' + metric + '"');
        }
    }

    @Test
    void theTestsExist() throws Exception {
        List<String> tests = names("`(\\w+Test\\.\\w+)`");
        assertThat(tests).hasSizeGreaterThan(20);
        for (String test : tests) {
            int dot = test.indexOf('.');
            Class<?> named = Class.forName("dev.firsttoken.gateway." + test.substring(0, dot));
            assertThat(Arrays.stream(named.getDeclaredMethods()).map(m -> m.getName()))
                    .as(test)
                    .contains(test.substring(dot + 1));
        }
    }

    private static List<String> names(String pattern) throws IOException {
        return Pattern.compile(pattern)
                .matcher(Files.readString(PAGE))
                .results()
                .map(found -> found.group(1))
                .distinct()
                .toList();
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
