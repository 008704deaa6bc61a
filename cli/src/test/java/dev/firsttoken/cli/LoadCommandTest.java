package dev.firsttoken.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firsttoken.simulator.Simulator;
import dev.firsttoken.simulator.SimulatorOptions;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// `firsttoken bench load` as a script runs it, against the simulator.
@Timeout(value = 2, unit = TimeUnit.MINUTES)
final class LoadCommandTest {

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
    void serversStandSideBySide(@TempDir Path folder) throws Exception {
        Path page = folder.resolve("load.html");
        Command.Result result =
                load(
                        simulator.baseUrl(),
                        "sim/tokens-5+gap-1ms",
                        "--url",
                        simulator.baseUrl() + "/chat/completions",
                        "--label",
                        "one",
                        "--label",
                        "two",
                        "--reference",
                        simulator.baseUrl().toString(),
                        "--html",
                        page.toString());

        assertThat(result.code()).as(result.err()).isEqualTo(ExitCode.OK);
        assertThat(result.out()).contains("one", "two", "goodput/s", "time to first token");
        assertThat(page).content().contains("<svg");
    }

    @Test
    void jsonAloneGoesToStandardOutput() throws Exception {
        Command.Result result = load(simulator.baseUrl(), "sim/tokens-2", "--json", "-");

        assertThat(result.code()).isEqualTo(ExitCode.OK);
        assertThat(result.out()).startsWith("{\"runs\":[{\"label\":").endsWith("}\n");
    }

    @Test
    void anObjectiveThatIsNotMetIsTheExitCode() throws Exception {
        Command.Result result =
                load(simulator.baseUrl(), "sim/tokens-2+ttft-50ms", "--good-ttft", "1ms");

        assertThat(result.code()).isEqualTo(ExitCode.FAILED);
        assertThat(result.out()).contains("TTFT ≤ 1 ms");
    }

    @Test
    void streamsThatFailedAreTheExitCode() throws Exception {
        Command.Result result = load(simulator.baseUrl(), "sim/cut-after-3");

        assertThat(result.code()).isEqualTo(ExitCode.FAILED);
        assertThat(result.out()).contains("FAILED: connection closed before the end");
    }

    @Test
    void aRateThatNothingMeetsIsTheExitCode() throws Exception {
        Command.Result result =
                load(
                        simulator.baseUrl(),
                        "sim/tokens-2+ttft-50ms",
                        "--good-ttft",
                        "1ms",
                        "--find",
                        "--trials",
                        "2");

        assertThat(result.code()).isEqualTo(ExitCode.FAILED);
        assertThat(result.out()).contains("no rate that was tried met the objective");
    }

    @Test
    void nobodyThereIsAnExitCodeOfItsOwn() throws Exception {
        assertThat(load(simulator.refusedBaseUrl(), "m").code()).isEqualTo(ExitCode.NO_CONNECTION);
    }

    @Test
    void whatMakesNoSenseIsNamed() throws Exception {
        usage("--rate: -1.0 (expected: more than 0)", "--rate", "-1");
        usage("--find: no objective", "--find");
        usage("--slow: 0.7 and leave: 0.7", "--slow", "0.7", "--leave", "0.7");
        usage(
                "--label: 2 of them (expected: one for each of 1 servers)",
                "--label",
                "a",
                "--label",
                "b");
    }

    private void usage(String message, String... more) throws Exception {
        Command.Result result = load(simulator.baseUrl(), "m", more);
        assertThat(result.code()).isEqualTo(ExitCode.USAGE);
        assertThat(result.err()).contains(message);
    }

    private static Command.Result load(URI url, String model, String... more) throws Exception {
        var line = new ArrayList<>(List.of("bench", "load", "--url", url.toString()));
        line.addAll(List.of("--model", model, "--warm-up", "100ms", "--window", "300ms", "--even"));
        line.addAll(List.of(more));
        return Command.run(line.toArray(String[]::new));
    }
}
