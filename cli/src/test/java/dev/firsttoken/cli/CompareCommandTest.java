package dev.firsttoken.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firsttoken.simulator.Simulator;
import dev.firsttoken.simulator.SimulatorOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `firsttoken bench compare` as a script runs it, against the simulator.
@Timeout(value = 2, unit = TimeUnit.MINUTES)
final class CompareCommandTest {

    private Simulator simulator;

    @BeforeEach
    void start() throws IOException {
        simulator = Simulator.start(SimulatorOptions.defaults());
    }

    @AfterEach
    void stop() {
        simulator.close();
    }

    @Test
    void bothModesStandSideBySide(@TempDir Path folder) throws Exception {
        Path page = folder.resolve("report.html");
        Command.Result result =
                compare(simulator.baseUrl(), "sim/tokens-10+gap-2ms", "--html", page.toString());

        assertThat(result.code()).isEqualTo(ExitCode.OK);
        assertThat(result.out())
                .contains("time to first text", "not streaming", "Streaming shows its first text");
        assertThat(page).content().contains("<svg");
    }

    @Test
    void jsonAloneGoesToStandardOutput() throws Exception {
        Command.Result result =
                compare(simulator.baseUrl(), "sim/tokens-10+gap-2ms", "--json", "-");

        assertThat(result.code()).isEqualTo(ExitCode.OK);
        assertThat(result.out()).startsWith("{\"url\":").endsWith("]}\n");
    }

    @Test
    void answersThatFailedAreTheExitCode() throws Exception {
        Command.Result result = compare(simulator.baseUrl(), "sim/cut-after-3");

        assertThat(result.code()).isEqualTo(ExitCode.FAILED);
        assertThat(result.out()).contains("FAILED: ");
    }

    @Test
    void nobodyThereIsAnExitCodeOfItsOwn() throws Exception {
        Command.Result result = compare(simulator.refusedBaseUrl(), "m");

        assertThat(result.code()).isEqualTo(ExitCode.NO_CONNECTION);
    }

    @Test
    void aNumberThatMakesNoSenseIsNamed() throws Exception {
        Command.Result result = compare(simulator.baseUrl(), "m", "--concurrency", "0");

        assertThat(result.code()).isEqualTo(ExitCode.USAGE);
        assertThat(result.err()).contains("--concurrency: 0 (expected: at least 1)");
    }

    private static Command.Result compare(URI url, String model, String... more) throws Exception {
        String[] line = {
            "bench", "compare", "--url", url.toString(), "--model", model, "--pairs", "2"
        };
        String[] all = Arrays.copyOf(line, line.length + more.length);
        System.arraycopy(more, 0, all, line.length, more.length);
        return Command.run(all);
    }
}
