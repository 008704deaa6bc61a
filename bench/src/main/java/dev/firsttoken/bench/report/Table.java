package dev.firsttoken.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// Figures side by side: a row for each question, a column for each thing that was asked. The same
/// table is printed on a terminal and in an HTML page.
public final class Table {

    /// What stands where there is no figure.
    public static final String ABSENT = "-";

    private static final int NARROWEST = 12;

    private final List<String> head;
    private final List<List<String>> rows = new ArrayList<>();

    /// @param columns what stands above each column but the first
    public Table(List<String> columns) {
        head = new ArrayList<>(columns);
        head.addFirst("");
    }

    /// A row; a heading when it has no cells. Cells that are missing are empty.
    public Table row(String name, List<String> cells) {
        var row = new ArrayList<String>(cells);
        row.addFirst(name);
        while (row.size() < head.size()) {
            row.add("");
        }
        rows.add(row);
        return this;
    }

    public Table row(String name, String... cells) {
        return row(name, List.of(cells));
    }

    List<String> head() {
        return head;
    }

    List<List<String>> rows() {
        return rows;
    }

    /// For a terminal: names to the left, figures to the right.
    public String text() {
        var all = new ArrayList<List<String>>(rows);
        all.addFirst(head);
        var widths = new ArrayList<Integer>();
        for (int i = 0; i < head.size(); i++) {
            int column = i;
            int widest = all.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
            widths.add(Math.max(NARROWEST, widest));
        }
        return all.stream().map(row -> line(row, widths)).collect(Collectors.joining());
    }

    /// For a document: names to the left, figures to the right.
    public String markdown() {
        var text = new StringBuilder(markdown(head));
        text.append("|---|").append("---:|".repeat(head.size() - 1)).append('\n');
        rows.forEach(row -> text.append(markdown(row)));
        return text.toString();
    }

    private static String markdown(List<String> row) {
        return "| " + String.join(" | ", row) + " |\n";
    }

    private static String line(List<String> row, List<Integer> widths) {
        var line = new StringBuilder();
        for (int i = 0; i < row.size(); i++) {
            String form = i == 0 ? "%-" + widths.get(i) + "s" : "  %" + widths.get(i) + "s";
            line.append(String.format(Locale.ROOT, form, row.get(i)));
        }
        return line.toString().stripTrailing() + "\n";
    }

    /// A number with its unit, or [#ABSENT] when it is none.
    public static String figure(double value, int decimals, String unit) {
        return Double.isFinite(value)
                ? String.format(Locale.ROOT, "%,." + decimals + "f %s", value, unit).stripTrailing()
                : ABSENT;
    }
}
