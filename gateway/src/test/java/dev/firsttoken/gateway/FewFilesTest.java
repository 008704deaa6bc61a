package dev.firsttoken.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

/// A server that has run out of file descriptors goes on serving whom it has, does not spin, and
/// takes in others as soon as it can.
class FewFilesTest {

    private static final int FILES = 400;

    /// Long enough for several tries to accept, each a second after the one before.
    private static final String LONG = "sim/tokens-40+gap-100ms";

    @Test
    void accepting() throws Exception {
        String java = System.getProperty("java.home") + File.separator + "bin/java";
        Process process =
                new ProcessBuilder(
                                "sh",
                                "-c",
                                "ulimit -n " + FILES + " && exec \"$0\" \"$@\"",
                                java,
                                "-cp",
                                System.getProperty("java.class.path"),
                                "-XX:-MaxFDLimit",
                                StageProcess.class.getName())
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        var connections = new ArrayList<RawClient>();
        try (var out =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            int port = Integer.parseInt(out.readLine());
            try (RawClient running = new RawClient(port);
                    RawClient watching = new RawClient(port)) {
                // A class that is first needed later could not be loaded then: here they are files.
                running.post("/chat/stream", Stage.simpleBody("sim/tokens-2+gap-5ms"));
                running.readHead();
                assertThat(Stage.events(running.readChunks())).hasSize(3);
                assertThat(failedAccepts(watching)).isZero();
                running.post("/chat/stream", Stage.simpleBody(LONG));
                running.readHead();
                running.readChunk();
                for (int i = 0; i < FILES; i++) {
                    // The kernel takes them in, whatever the server does.
                    connections.add(new RawClient(port));
                }
                Stage.await("no descriptor left", () -> failedAccepts(watching) > 0);
                assertThat(Stage.events(running.readChunks())).last().isEqualTo("[DONE]");
                assertThat(failedAccepts(watching)).isLessThan(100);
            }
            for (RawClient connection : connections) {
                connection.close();
            }
            try (RawClient next = new RawClient(port)) {
                next.send("GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n");
                assertThat(next.readUntil("}")).contains("\"ok\"");
            }
        } finally {
            process.destroyForcibly();
        }
    }

    private static double failedAccepts(RawClient client) throws Exception {
        client.send("GET /metrics HTTP/1.1\r\nhost: a\r\n\r\n");
        String name = "firsttoken_failed_accepts_total ";
        String head = client.readHead();
        int length = Integer.parseInt(head.replaceAll("(?s).*content-length: (\\d+).*", "$1"));
        String body = new String(client.read(length), StandardCharsets.UTF_8);
        return body.lines()
                .filter(line -> line.startsWith(name))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length())))
                .sum();
    }
}
