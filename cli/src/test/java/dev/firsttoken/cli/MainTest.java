package dev.firsttoken.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

@Timeout(value = 2, unit = TimeUnit.MINUTES)
final class MainTest {

    /// Every command with the words that lead to it.
    static List<List<String>> commands() {
        List<List<String>> paths = new ArrayList<>();
        collect(Commands.commandLine(), List.of(), paths);
        return paths;
    }

    private static void collect(CommandLine command, List<String> path, List<List<String>> all) {
        all.add(path);
        command.getSubcommands()
                .forEach((name, sub) -> {
                    List<String> longer = new ArrayList<>(path);
                    longer.add(name);
                    collect(sub, longer, all);
                });
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandHasHelpWithAnExample(List<String> path) {
        List<String> args = new ArrayList<>(path);
        args.add("--help");

        Local.Result help = Local.run(args.toArray(String[]::new));

        assertThat(help.code()).isEqualTo(ExitCode.OK);
        assertThat(help.out()).contains("Usage: firsttoken").containsPattern("Examples?[:,]");
        assertThat(help.out().lines().mapToInt(String::length).max().orElse(0))
                .isLessThanOrEqualTo(100);
        assertThat(help.err()).isEmpty();
    }

    @Test
    void versionNamesTheJvmToo() throws Exception {
        Command.Result version = Command.run("--version");

        assertThat(version.code()).isEqualTo(ExitCode.OK);
        assertThat(version.out()).startsWith("FirstToken ").contains("Java 25");
    }

    @Test
    void unknownOptionIsAUsageError() throws Exception {
        Command.Result result = Command.run("serve", "--prot", "80");

        assertThat(result.code()).isEqualTo(ExitCode.USAGE);
        assertThat(result.err()).contains("--prot").contains("--port");
        assertThat(result.out()).isEmpty();
    }

    @Test
    void nothingToDoIsAUsageError() {
        assertThat(Local.run().code()).isEqualTo(ExitCode.USAGE);
        assertThat(Local.run("config").code()).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void outputThatIsNoTerminalHasNoColours() throws Exception {
        Command.Result help =
                Command.runWith(java.util.Map.of("TERM", "xterm-256color"), "", "--help");

        assertThat(help.out()).doesNotContain("\u001b");
    }

    @Test
    void completionIsValidBash(@TempDir Path folder) throws Exception {
        Local.Result script = Local.run("completion");
        Path file = Files.writeString(folder.resolve("completion.bash"), script.out());

        Process bash =
                new ProcessBuilder("bash", "-n", file.toString()).redirectErrorStream(true).start();
        String complaints =
                new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(bash.waitFor()).as(complaints).isZero();
        assertThat(script.out()).contains("serve").contains("--config").contains("validate");
    }

    /// Runs a command in this process, for those that neither listen nor talk.
    static final class Local {

        record Result(int code, String out, String err) {}

        static Result run(String... args) {
            var out = new StringWriter();
            var err = new StringWriter();
            int code =
                    Commands.commandLine()
                            .setOut(new PrintWriter(out))
                            .setErr(new PrintWriter(err))
                            .execute(args);
            return new Result(code, out.toString(), err.toString());
        }
    }
}
