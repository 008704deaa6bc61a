package dev.firsttoken.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;

/// Where what was measured goes, for the commands that measure.
final class ReportOptions {

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description =
                    "Write every figure there, for machines; - is standard output, instead of the"
                            + " table.")
    private @Nullable String json;

    @Option(
            names = "--html",
            paramLabel = "FILE",
            description = "Write a report with plots there. It loads nothing from anywhere.")
    private @Nullable Path html;

    /// Writes what is wanted; the table unless JSON takes its place.
    void write(
            PrintWriter out,
            Supplier<String> table,
            Supplier<byte[]> figures,
            Supplier<String> page)
            throws IOException {
        if ("-".equals(json)) {
            System.out.write(figures.get());
            System.out.flush();
        } else {
            out.print(table.get());
            out.flush();
            if (json != null) {
                Files.write(Path.of(json), figures.get());
            }
        }
        if (html != null) {
            Files.writeString(html, page.get(), StandardCharsets.UTF_8);
        }
    }
}
