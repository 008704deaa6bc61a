package dev.firsttoken.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `firsttoken serve --data`: streams that survive `kill -9`, and a folder that is one server's.
@Timeout(value = 3, unit = TimeUnit.MINUTES)
final class ServeDataTest {

    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @TempDir private Path folder;

    private Command serve() throws IOException {
        return Command.start(
                "serve", "--simulator", "--port", "0", "--data", folder.resolve("d").toString());
    }

    /// Where a server listens, as soon as it does.
    private static URI address(Command serve) throws Exception {
        String line = serve.await("listens on http://");
        return URI.create(line.substring(line.indexOf("http://")).strip().split("[ ,]")[0]);
    }

    private static HttpResponse<InputStream> ask(URI server, String path, String json)
            throws Exception {
        return CLIENT.send(
                HttpRequest.newBuilder(server.resolve(path))
                        .header("content-type", "application/json")
                        .POST(BodyPublishers.ofString(json))
                        .build(),
                BodyHandlers.ofInputStream());
    }

    private static HttpResponse<String> resume(URI server, String id, int after) throws Exception {
        return CLIENT.send(
                HttpRequest.newBuilder(server.resolve("/v1/streams/" + id + "?after=" + after))
                        .build(),
                BodyHandlers.ofString());
    }

    private static String id(HttpResponse<?> response) {
        return response.headers().firstValue("x-firsttoken-stream").orElseThrow();
    }

    /// The data lines of a body, to its end, its break or a number of them.
    private static List<String> events(InputStream body, int most) {
        var events = new ArrayList<String>();
        try {
            var reader = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
            String line;
            while (events.size() < most && (line = reader.readLine()) != null) {
                if (line.startsWith("data: ")) {
                    events.add(line);
                }
            }
        } catch (IOException _) {
            // The server was killed.
        }
        return events;
    }

    private static List<String> events(String body) {
        return body.lines().filter(line -> line.startsWith("data: ")).toList();
    }

    @Test
    void killedServerLosesNothingThatItsClientsHaveSeen() throws Exception {
        String finishedId;
        List<String> finished;
        List<String> seen;
        String chatId;
        List<String> seenByChat;
        String simpleId;
        try (Command serve = serve()) {
            URI server = address(serve);
            HttpResponse<InputStream> whole =
                    ask(
                            server,
                            "/chat/stream",
                            "{\"message\":\"Hi\",\"model\":\"sim/tokens-25+gap-1ms\"}");
            finishedId = id(whole);
            finished = events(whole.body(), Integer.MAX_VALUE);
            HttpResponse<InputStream> running =
                    ask(
                            server,
                            "/chat/stream",
                            "{\"message\":\"Hi\",\"model\":\"sim/tokens-5000+gap-5ms\"}");
            simpleId = id(running);
            HttpResponse<InputStream> chat =
                    ask(
                            server,
                            "/v1/chat/completions",
                            "{\"stream\":true,\"model\":\"sim/tokens-5000+gap-5ms\","
                                    + "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}");
            chatId = id(chat);
            seen = new ArrayList<>(events(running.body(), 20));
            seenByChat = new ArrayList<>(events(chat.body(), 20));
            serve.signal("KILL");
            assertThat(serve.result().code()).isEqualTo(137);
        }
        try (Command serve = serve()) {
            URI server = address(serve);
            assertThat(events(resume(server, finishedId, 0).body())).isEqualTo(finished);

            List<String> simple = events(resume(server, simpleId, 0).body());
            assertThat(simple.subList(0, seen.size())).isEqualTo(seen);
            seen.addAll(events(resume(server, simpleId, seen.size()).body()));
            assertThat(seen).isEqualTo(simple);
            assertThat(simple.get(simple.size() - 2)).startsWith("data: {\"error\": \"the server");
            assertThat(simple.getLast()).isEqualTo("data: [DONE]");

            seenByChat.addAll(events(resume(server, chatId, seenByChat.size()).body()));
            assertThat(seenByChat).isEqualTo(events(resume(server, chatId, 0).body()));
            assertThat(seenByChat.getLast()).contains("\"code\":\"interrupted\"");
            assertThat(seenByChat).doesNotContain("data: [DONE]");
        }
    }

    @Test
    void secondServerOnTheSameFolderSaysWhoUsesIt() throws Exception {
        try (Command serve = serve()) {
            address(serve);
            try (Command second = serve()) {
                Command.Result result = second.result();

                assertThat(result.code()).isEqualTo(ExitCode.DATA_UNUSABLE);
                assertThat(result.err())
                        .contains(folder.resolve("d").toString())
                        .contains("in use by process " + serve.pid());
                assertThat(result.out()).doesNotContain("listens");
            }
        }
    }

    @Test
    void serverThatIsToldToStopKeepsTheStreamsThatWereRunning() throws Exception {
        String id;
        List<String> all;
        try (Command serve = serve()) {
            HttpResponse<InputStream> running =
                    ask(
                            address(serve),
                            "/chat/stream",
                            "{\"message\":\"Hi\",\"model\":\"sim/tokens-100+gap-10ms\"}");
            id = id(running);
            serve.signal("TERM");
            all = events(running.body(), Integer.MAX_VALUE);
            assertThat(serve.result().code()).isEqualTo(ExitCode.OK);
            assertThat(all).hasSize(101);
        }
        try (Command serve = serve()) {
            assertThat(events(resume(address(serve), id, 0).body())).isEqualTo(all);
        }
    }
}
