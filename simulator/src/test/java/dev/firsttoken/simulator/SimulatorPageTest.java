package dev.firsttoken.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firsttoken.simulator.answer.Http;
import dev.firsttoken.simulator.dialect.Dialects;
import dev.firsttoken.simulator.dialect.Question;
import dev.firsttoken.simulator.fault.Fault;
import dev.firsttoken.simulator.fault.Fault.Asked;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Holds docs/simulator.md against the code; `-Ddocs.write` rewrites its tables.
class SimulatorPageTest {

    private static final Path PAGE = Path.of("..", "docs", "simulator.md");

    @Test
    void theTablesAreCurrent() throws IOException {
        String page = Files.readString(PAGE);
        String current =
                generated(
                        generated(
                                generated(page, "dialects", Grammar.dialectsMarkdown()),
                                "words",
                                Grammar.markdown() + "\n"),
                        "faults",
                        Grammar.faultsMarkdown());
        if (System.getProperty("docs.write") != null) {
            Files.writeString(PAGE, current);
        } else {
            assertThat(page).isEqualTo(current);
        }
    }

    @ParameterizedTest
    @EnumSource(UpstreamFault.class)
    void everyCaseCanBePlayed(UpstreamFault row) {
        assertThat(row.title()).isNotBlank();
        assertThat(row.cases().isEmpty() && row.elsewhere().isEmpty()).isFalse();
        for (String words : row.cases()) {
            Script script = Grammar.parse(Grammar.PREFIX + words, "", Script.DEFAULT);
            Http http =
                    script.faults().stream().anyMatch(fault -> fault.onlyOn() == Http.HTTP_2)
                            ? Http.HTTP_2
                            : Http.HTTP_1;
            Script asked =
                    script.withFaults(
                            Fault.allAsked(
                                    script.faults(), new Asked(http, Dialects.CHAT, "k", true)));
            Question question = new Question(Grammar.PREFIX + words, true, false, "");
            assertThat(
                            new Composer(Timing.instant(), 1)
                                    .compose(asked, Dialects.CHAT, question, 1)
                                    .steps())
                    .as(words)
                    .isNotEmpty();
        }
    }

    @Test
    void everyFaultIsInARow() {
        Set<Class<?>> played = new HashSet<>();
        for (UpstreamFault row : UpstreamFault.values()) {
            for (String words : row.cases()) {
                Grammar.parse(Grammar.PREFIX + words, "", Script.DEFAULT)
                        .faults()
                        .forEach(fault -> played.add(fault.getClass()));
            }
        }
        for (var word : Fault.words()) {
            assertThat(played).contains(word.parse().apply(word.example()).getClass());
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
}
