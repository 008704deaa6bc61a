package dev.firsttoken.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firsttoken.simulator.Simulator;
import dev.firsttoken.simulator.SimulatorOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// `firsttoken chat` for scripts, against the simulator.
@Timeout(value = 2, unit = TimeUnit.MINUTES)
final class ChatCommandTest {

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
    void answerGoesToStandardOutputAndTheRestDoesNot() throws Exception {
        Command.Result result = ask("sim/tokens-20", "Hello");

        assertThat(result.code()).isEqualTo(ExitCode.OK);
        assertThat(result.out()).startsWith("This is sim/tokens-20").hasLineCount(1);
        assertThat(result.err()).contains("first token after").contains("20 tokens");
    }

    @Test
    void questionMayBePipedIn() throws Exception {
        Command.Result result =
                Command.runWith(
                        Map.of("FIRSTTOKEN_URL", simulator.baseUrl().toString()),
                        "Grüezi 漢字\n",
                        "chat",
                        "--quiet",
                        "-m",
                        "sim/tokens-20");

        assertThat(result.code()).isEqualTo(ExitCode.OK);
        assertThat(result.out()).contains("“Grüezi 漢字");
        assertThat(result.err()).isEmpty();
    }

    @Test
    void answerThatBreaksOffIsPrintedAndFails() throws Exception {
        Command.Result result = ask("sim/cut-after-5+gap-20ms", "Hello");

        assertThat(result.code()).isEqualTo(ExitCode.FAILED);
        assertThat(result.out()).startsWith("This is");
        assertThat(result.err()).contains("the connection was lost before the answer ended");
    }

    @Test
    void answerThatEndsTooEarlyIsNotTakenForAWholeOne() throws Exception {
        Command.Result result = ask("sim/end-after-5", "Hello");

        assertThat(result.code()).isEqualTo(ExitCode.FAILED);
        assertThat(result.out()).startsWith("This is");
        assertThat(result.err()).contains("the stream ended before the answer did");
    }

    @Test
    void errorInsideTheStreamIsShown() throws Exception {
        Command.Result result = ask("sim/error-after-5", "Hello");

        assertThat(result.code()).isEqualTo(ExitCode.FAILED);
        assertThat(result.out()).startsWith("This is");
        assertThat(result.err()).contains("asked to fail");
    }

    @Test
    void refusalIsToldInTheServersWords() throws Exception {
        Command.Result result = ask("sim/status-429", "Hello");

        assertThat(result.code()).isEqualTo(ExitCode.FAILED);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).contains("(status 429)");
    }

    @Test
    void pageInsteadOfAStreamIsNotAnAnswer() throws Exception {
        Command.Result result = ask("sim/html", "Hello");

        assertThat(result.code()).isEqualTo(ExitCode.FAILED);
        assertThat(result.err()).contains("text/html");
    }

    @Test
    void nobodyThereHasACodeOfItsOwn() throws Exception {
        int port;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }

        Command.Result result = Command.run("chat", "--url", "http://127.0.0.1:" + port, "Hello");

        assertThat(result.code()).isEqualTo(ExitCode.NO_CONNECTION);
        assertThat(result.err()).contains("nobody answers at 127.0.0.1:" + port);
    }

    @Test
    void nothingToAskIsAUsageError() throws Exception {
        assertThat(Command.run("chat").code()).isEqualTo(ExitCode.USAGE);
        assertThat(Command.run("chat", "--url", "ftp://example.com", "Hello").code())
                .isEqualTo(ExitCode.USAGE);
    }

    @Test
    void interruptEndsTheProgramAndTheAnswer() throws Exception {
        try (Command command =
                Command.start(
                        "chat",
                        "--url",
                        simulator.baseUrl().toString(),
                        "-m",
                        "sim/silent",
                        "Hello")) {
            simulator.awaitExchange(_ -> true, Duration.ofSeconds(30));
            command.signal("INT");

            assertThat(command.result().code()).isEqualTo(ExitCode.INTERRUPTED);
        }
    }

    private Command.Result ask(String model, String question) throws Exception {
        return Command.run("chat", "--url", simulator.baseUrl().toString(), "-m", model, question);
    }
}
