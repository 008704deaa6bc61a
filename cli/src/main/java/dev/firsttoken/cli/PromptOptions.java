package dev.firsttoken.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// What a server is asked, for the commands that measure one.
final class PromptOptions {

    private static final List<String> OWN_PROMPTS =
            List.of(
                    "Explain in three paragraphs how a letter gets from one country to another.",
                    "Write a short story about a lighthouse keeper who learns to paint.",
                    "What should somebody know before keeping bees? Answer in some detail.",
                    "Compare tea and coffee, their history and how they are made.",
                    "Describe how a bicycle stays upright, for a curious child.");

    @Option(
            names = "--prompts",
            paramLabel = "FILE",
            description = "What to ask, one prompt a line. Default: five of our own.")
    private @Nullable Path prompts;

    /// @throws IllegalArgumentException when there is no prompt, with a message for people
    List<String> prompts() throws IOException {
        if (prompts == null) {
            return OWN_PROMPTS;
        }
        List<String> lines =
                Files.readAllLines(prompts).stream().filter(line -> !line.isBlank()).toList();
        if (lines.isEmpty()) {
            throw new IllegalArgumentException(
                    "prompts: " + prompts + " (expected: a prompt a line)");
        }
        return lines;
    }
}
