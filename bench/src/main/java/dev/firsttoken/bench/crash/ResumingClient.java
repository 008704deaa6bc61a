package dev.firsttoken.bench.crash;

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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One client, which reads a stream, reads on when its connection breaks, and then reads the whole
/// once more to compare.
///
/// Runs on a thread of its own.
final class ResumingClient implements Runnable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String DATA = "data: ";

    private final HttpClient http;
    private final URI server;
    private final boolean simple;
    private final String model;
    private final Tally tally;
    private final List<String> seen = new ArrayList<>();
    private @Nullable String id;

    /// @param simple speaks `/chat/stream`, otherwise OpenAI chat
    ResumingClient(HttpClient http, URI server, boolean simple, String model, Tally tally) {
        this.http = http;
        this.server = server;
        this.simple = simple;
        this.model = model;
        this.tally = tally;
    }

    @Override
    public void run() {
        try {
            read(http.send(question(), BodyHandlers.ofInputStream()));
        } catch (IOException _) {
            // It was killed before it answered.
        } catch (InterruptedException _) {
            return;
        }
        if (id == null) {
            tally.unanswered();
            return;
        }
        int beforeTheKill = seen.size();
        try {
            if (!hasEnded()) {
                resume();
                tally.resumed(beforeTheKill);
            } else {
                tally.finished(beforeTheKill);
            }
            compare(beforeTheKill);
        } catch (IOException e) {
            tally.fault("lost", id + " after " + beforeTheKill + " events: " + e.getMessage());
        } catch (InterruptedException _) {
            // The bench is being stopped.
        }
    }

    private HttpRequest question() {
        String path = simple ? "/chat/stream" : "/v1/chat/completions";
        String body =
                simple
                        ? "{\"message\":\"Hi\",\"model\":\"" + model + "\"}"
                        : "{\"stream\":true,\"model\":\""
                                + model
                                + "\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";
        return HttpRequest.newBuilder(server.resolve(path))
                .header("content-type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build();
    }

    /// Reads events until the response ends or breaks.
    ///
    /// @return whether it came to its end
    private boolean read(HttpResponse<InputStream> response) throws IOException {
        if (response.statusCode() != 200) {
            throw new IOException("status " + response.statusCode());
        }
        id = response.headers().firstValue("x-firsttoken-stream").orElse(id);
        try (var lines =
                new BufferedReader(
                        new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            String line;
            while ((line = lines.readLine()) != null) {
                if (line.startsWith(DATA)) {
                    // An event counts when its blank line has come.
                    String end = lines.readLine();
                    if (end == null) {
                        return true;
                    }
                    seen.add(line.substring(DATA.length()));
                }
            }
            return true;
        } catch (IOException _) {
            // The server is gone, and what was read before counts.
            return false;
        }
    }

    private boolean hasEnded() {
        return !seen.isEmpty() && isTerminal(seen.getLast());
    }

    /// What ends a stream of either dialect: the mark, or in OpenAI chat an error and no mark.
    private boolean isTerminal(String event) {
        return event.equals("[DONE]") || !simple && event.startsWith("{\"error\":");
    }

    /// Reads on until there is a terminal.
    private void resume() throws IOException, InterruptedException {
        long byNanos = System.nanoTime() + PATIENCE.toNanos();
        while (!hasEnded()) {
            if (System.nanoTime() - byNanos > 0) {
                tally.fault("missing terminal", id + " after " + seen.size() + " events");
                return;
            }
            HttpResponse<InputStream> response;
            try {
                response = get(seen.size());
            } catch (IOException _) {
                awaitServer();
                continue;
            }
            int before = seen.size();
            if (read(response) && before == seen.size() && !hasEnded()) {
                tally.fault("missing terminal", id + " has no event after " + before);
                return;
            }
        }
    }

    /// The server is a process that was killed and is being started again: it cannot tell anybody
    /// when it listens, so clients try again, as they would.
    private static void awaitServer() throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(20);
    }

    private HttpResponse<InputStream> get(int after) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(server.resolve("/v1/streams/" + id + "?after=" + after))
                        .build(),
                BodyHandlers.ofInputStream());
    }

    /// Holds what was read in pieces against what the server has.
    private void compare(int beforeTheKill) throws IOException, InterruptedException {
        var pieces = List.copyOf(seen);
        readWhole();
        if (seen.size() < beforeTheKill) {
            tally.fault(
                    "lost", id + ": " + (beforeTheKill - seen.size()) + " events that were seen");
        }
        for (int i = 0; i < Math.min(pieces.size(), seen.size()); i++) {
            if (!pieces.get(i).equals(seen.get(i))) {
                tally.fault("altered", id + ": event " + (i + 1));
                break;
            }
        }
        if (pieces.size() != seen.size()) {
            tally.fault(
                    pieces.size() > seen.size() ? "doubled" : "lost",
                    id + ": " + pieces.size() + " events in pieces, " + seen.size() + " at once");
        }
        long terminals = seen.stream().filter(this::isTerminal).count();
        if (terminals != 1 || !isTerminal(seen.getLast())) {
            tally.fault("missing terminal", id + ": " + terminals + " terminals");
        }
        if (!tally.isPrefixOfAnswer(text())) {
            tally.fault("altered", id + ": another text than the upstream's");
        }
    }

    /// Reads everything from the beginning, as soon as there is a server that does not die of it.
    private void readWhole() throws IOException, InterruptedException {
        long byNanos = System.nanoTime() + PATIENCE.toNanos();
        boolean whole = false;
        while (!whole) {
            seen.clear();
            HttpResponse<InputStream> response;
            try {
                response = get(0);
            } catch (IOException e) {
                if (System.nanoTime() - byNanos > 0) {
                    throw e;
                }
                awaitServer();
                continue;
            }
            whole = read(response);
        }
    }

    /// What was said, without its escapes being read.
    private String text() {
        var text = new StringBuilder();
        for (String event : seen) {
            text.append(Tally.contentOf(event));
        }
        return text.toString();
    }
}
