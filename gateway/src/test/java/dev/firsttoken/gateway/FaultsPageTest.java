package dev.firsttoken.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firsttoken.simulator.UpstreamFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Holds docs/faults.md against `upstream-faults.txt`, which [UpstreamFaultsTest] holds against the
/// gateway; `-Ddocs.write` rewrites the page's tables.
class FaultsPageTest {

    private static final Path PAGE = Path.of("..", "docs", "faults.md");
    private static final String START = "<!-- generated: faults -->\n";
    private static final String END = "<!-- end: faults -->";

    /// Nothing that a provider does: the writers' own tests have U34, and ReloadTest has U46.
    private static final List<UpstreamFault> NO_PROVIDERS_DOING =
            List.of(UpstreamFault.U34, UpstreamFault.U46);

    @Test
    void theTablesAreCurrent() throws IOException {
        String page = Files.readString(PAGE);
        assertThat(page).containsOnlyOnce(START).containsOnlyOnce(END);
        String current =
                page.substring(0, page.indexOf(START) + START.length())
                        + tables()
                        + page.substring(page.indexOf(END));
        if (System.getProperty("docs.write") != null) {
            Files.writeString(PAGE, current);
        } else {
            assertThat(page).isEqualTo(current);
        }
    }

    @Test
    void everyRowHasAnOutcome() {
        var rows = new ArrayList<>(List.of(UpstreamFault.values()));
        rows.removeAll(NO_PROVIDERS_DOING);
        FaultCase.all().forEach(fault -> rows.remove(fault.row()));
        assertThat(rows).isEmpty();
    }

    @Test
    void everyCaseIsThereOnce() {
        assertThat(FaultCase.all().stream().map(FaultCase::toString)).doesNotHaveDuplicates();
    }

    private static String tables() {
        var text = new StringBuilder();
        for (UpstreamFault row : UpstreamFault.values()) {
            List<FaultCase> cases =
                    FaultCase.all().stream().filter(fault -> fault.row() == row).toList();
            if (!cases.isEmpty()) {
                text.append("### ").append(row).append(": ").append(row.title()).append("\n\n");
                table(row, cases, text);
            }
        }
        return text.toString();
    }

    /// One line for all cases that come to the same.
    private static void table(UpstreamFault row, List<FaultCase> cases, StringBuilder text) {
        text.append(
                "| the provider | a streaming client sees | the SDK raises | counted as |"
                        + " not streamed | next deployment | what ended it |\n"
                        + "|---|---|---|---|---|---|---|\n");
        Map<String, List<String>> same = new LinkedHashMap<>();
        for (FaultCase fault : cases) {
            String words =
                    row.cases().contains(fault.words()) ? code(fault.words()) : fault.words();
            same.computeIfAbsent(outcome(fault), _ -> new ArrayList<>()).add(words);
        }
        same.forEach((outcome, words) ->
                text.append("| ")
                        .append(String.join(", ", words))
                        .append(" | ")
                        .append(outcome)
                        .append(" |\n"));
        text.append('\n');
    }

    private static String outcome(FaultCase fault) {
        FaultOutcome streamed = fault.streamed();
        return String.join(
                " | ",
                streamed.inWords(),
                streamed.raised().equals("nothing") ? "nothing" : code(streamed.raised()),
                code(streamed.reason()),
                fault.whole().inWords(),
                fault.next() ? "tried" : streamed.isCompleted() ? "" : "not tried",
                endedBy(streamed));
    }

    /// The setting that has the number, where a number decides.
    private static String endedBy(FaultOutcome outcome) {
        return switch (outcome.reason()) {
            case "upstream_connect_timeout" -> code("deadlines.connect");
            case "upstream_first_token_timeout" -> code("deadlines.first-token");
            case "upstream_stalled" -> code("deadlines.stall");
            case "upstream_no_progress" -> code("deadlines.progress");
            case "upstream_total_timeout" -> code("deadlines.total");
            default -> "";
        };
    }

    private static String code(String text) {
        return "`" + text + "`";
    }
}
