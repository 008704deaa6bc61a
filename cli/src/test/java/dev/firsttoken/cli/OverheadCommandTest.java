package dev.firsttoken.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// `firsttoken bench overhead` as a script runs it, with this server as the gateway.
@Timeout(value = 3, unit = TimeUnit.MINUTES)
final class OverheadCommandTest {

    @Test
    void thisServerIsStartedMeasuredAndEnded(@TempDir Path folder) throws Exception {
        Path page = folder.resolve("added.html");
        int port = freePort();
        var server = new ArrayList<>(Command.javaCommand());
        server.addAll(List.of("serve", "--port", Integer.toString(port)));
        Command.Result result =
                overhead(
                        "http://127.0.0.1:" + port + "/chat/stream",
                        server,
                        "--html",
                        page.toString(),
                        "--hold",
                        "10",
                        "--patience",
                        "60s");

        assertThat(result.code()).as(result.out() + result.err()).isEqualTo(ExitCode.OK);
        assertThat(result.out())
                .contains("added (95 % interval)", "memory per held stream", "10 of 10");
        assertThat(page).content().contains("<svg");
        // The server has gone with the command that started it.
        try (var again = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            assertThat(again.isBound()).isTrue();
        }
    }

    @Test
    void aGatewayThatIsNotThereIsAnExitCodeOfItsOwn() throws Exception {
        Command.Result result =
                overhead(
                        "http://127.0.0.1:" + freePort() + "/v1", List.of(), "--patience", "100ms");

        assertThat(result.code()).isEqualTo(ExitCode.NO_CONNECTION);
        assertThat(result.err()).startsWith("firsttoken: no whole stream through ");
    }

    @Test
    void whatMakesNoSenseIsNamed() throws Exception {
        Command.Result result = overhead("http://127.0.0.1/v1", List.of("true"), "--pid", "1");

        assertThat(result.code()).isEqualTo(ExitCode.USAGE);
        assertThat(result.err()).contains("--pid: [1] with a command (expected: one of the two)");
    }

    private static Command.Result overhead(String url, List<String> gateway, String... more)
            throws Exception {
        var line = new ArrayList<>(List.of("bench", "overhead", "--url", url));
        line.addAll(List.of("--upstream-port", Integer.toString(freePort()), "--pairs", "1"));
        line.addAll(List.of("--warm-up", "100ms", "--window", "500ms", "--rate", "20"));
        line.addAll(List.of("--model", "sim/tokens-5+gap-2ms+ttft-2ms"));
        line.addAll(List.of(more));
        line.add("--");
        line.addAll(gateway);
        return Command.run(line.toArray(String[]::new));
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
