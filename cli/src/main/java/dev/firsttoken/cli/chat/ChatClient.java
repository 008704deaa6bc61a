package dev.firsttoken.cli.chat;

import dev.firsttoken.wire.dialect.openai.ChatStreamReader;
import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.json.JsonCursor;
import dev.firsttoken.wire.json.JsonException;
import dev.firsttoken.wire.json.Utf8Buffer;
import dev.firsttoken.wire.sse.SseDecoder;
import dev.firsttoken.wire.sse.SseLimitException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/// Asks one server, one question at a time.
///
/// Over `POST /v1/chat/completions` and not `/chat/stream`: it takes the whole conversation, it
/// reports the tokens used, and every other server speaks it too.
///
/// Owned by one thread; [#stop] alone may be called from elsewhere.
final class ChatClient implements AutoCloseable {

    private static final int MAX_EVENT_BYTES = 4 << 20;
    private static final int MAX_ERROR_BYTES = 64 << 10;

    private final HttpClient http;
    private final URI base;
    private final @Nullable String key;

    private volatile @Nullable Exchange current;

    /// @param address the server, with or without the `/v1` that its paths start with
    ChatClient(URI address, @Nullable String key) {
        String text = address.toString().replaceAll("/+$", "");
        this.base = URI.create(text.endsWith("/v1") ? text : text + "/v1");
        this.key = key;
        // In clear text the JDK's client would offer an upgrade to HTTP/2 with every first request.
        this.http =
                HttpClient.newBuilder()
                        .version(
                                "https".equals(base.getScheme())
                                        ? HttpClient.Version.HTTP_2
                                        : HttpClient.Version.HTTP_1_1)
                        .connectTimeout(Duration.ofSeconds(5))
                        .build();
    }

    URI base() {
        return base;
    }

    /// Asks, and shows the answer while it comes. What goes wrong is part of the answer.
    Answer ask(@Nullable String model, List<Message> conversation, AnswerView view) {
        var request =
                request("/chat/completions")
                        .header("Content-Type", "application/json")
                        .header("Accept", "text/event-stream")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body(model, conversation)))
                        .build();
        var exchange = new Exchange(view);
        current = exchange;
        try {
            return exchange.run(http, request);
        } finally {
            current = null;
        }
    }

    /// Ends the answer that is being given, if one is.
    void stop() {
        Exchange running = current;
        if (running != null) {
            running.stop();
        }
    }

    /// The names that the server answers to.
    List<String> models() throws IOException, InterruptedException {
        HttpResponse<byte[]> response =
                http.send(
                        request("/models").timeout(Duration.ofSeconds(10)).build(),
                        HttpResponse.BodyHandlers.ofByteArray());
        if (response.statusCode() != 200) {
            throw new IOException(refusal(response.statusCode(), response.body()));
        }
        try {
            return ModelList.read(response.body());
        } catch (JsonException e) {
            throw new IOException("the list of models cannot be read: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }

    private HttpRequest.Builder request(String path) {
        var builder = HttpRequest.newBuilder(URI.create(base + path));
        if (key != null) {
            builder.header("Authorization", "Bearer " + key);
        }
        return builder;
    }

    private static byte[] body(@Nullable String model, List<Message> conversation) {
        var json = new Utf8Buffer(1024).raw("{");
        if (model != null) {
            json.raw("\"model\":").jsonString(model).raw(",");
        }
        json.raw("\"stream\":true,\"stream_options\":{\"include_usage\":true},\"messages\":[");
        String separator = "";
        for (Message message : conversation) {
            json.raw(separator).raw("{\"role\":").jsonString(message.role());
            json.raw(",\"content\":").jsonString(message.content()).raw("}");
            separator = ",";
        }
        return json.raw("]}").toByteArray();
    }

    /// Why a server refused, in its own words where it has some.
    private static String refusal(int status, byte[] body) {
        String said = ErrorBody.message(body);
        return said.isEmpty()
                ? "the server answered with status " + status
                : said + " (status " + status + ")";
    }

    /// One question and its answer.
    private static final class Exchange {

        private final AnswerView view;
        private final StringBuilder text = new StringBuilder();
        private final long start = System.nanoTime();

        private @Nullable CompletableFuture<HttpResponse<InputStream>> response;
        private @Nullable InputStream body;
        private boolean stopped;

        private long firstToken;
        private long lastToken;
        private StreamEvent.@Nullable Usage usage;
        private @Nullable String reported;
        private @Nullable JsonException unreadable;

        Exchange(AnswerView view) {
            this.view = view;
        }

        synchronized void stop() {
            stopped = true;
            if (response != null) {
                response.cancel(true);
            }
            if (body != null) {
                try {
                    body.close();
                } catch (IOException e) {
                    // It is closed all the same.
                }
            }
        }

        private synchronized boolean isStopped() {
            return stopped;
        }

        Answer run(HttpClient http, HttpRequest request) {
            CompletableFuture<HttpResponse<InputStream>> coming =
                    http.sendAsync(request, HttpResponse.BodyHandlers.ofInputStream());
            synchronized (this) {
                response = coming;
            }
            try (InputStream stream = opened(coming.get())) {
                HttpResponse<InputStream> head = coming.get();
                if (head.statusCode() != 200) {
                    return failed(refusal(head.statusCode(), stream.readNBytes(MAX_ERROR_BYTES)));
                }
                String type = head.headers().firstValue("Content-Type").orElse("none");
                if (!type.startsWith("text/event-stream")) {
                    return failed("not a stream but " + type + "; is this the right address?");
                }
                return read(stream);
            } catch (CancellationException e) {
                return stopped();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return stopped();
            } catch (ExecutionException e) {
                return lost(
                        request, e.getCause() instanceof IOException io ? io : new IOException(e));
            } catch (IOException e) {
                return lost(request, e);
            }
        }

        private synchronized InputStream opened(HttpResponse<InputStream> head) throws IOException {
            body = head.body();
            if (stopped) {
                body.close();
            }
            return body;
        }

        private Answer read(InputStream stream) throws IOException {
            var decoder = new SseDecoder(MAX_EVENT_BYTES, MAX_EVENT_BYTES);
            var reader = new ChatStreamReader();
            byte[] buffer = new byte[16 << 10];
            try {
                int count;
                while (!reader.isDone() && (count = stream.read(buffer)) >= 0) {
                    decoder.feed(
                            buffer,
                            0,
                            count,
                            frame -> {
                                try {
                                    reader.read(frame, this::take);
                                } catch (JsonException e) {
                                    unreadable = e;
                                }
                            });
                    if (unreadable != null) {
                        return failed("the stream cannot be read: " + unreadable.getMessage());
                    }
                }
            } catch (SseLimitException e) {
                return failed("the stream cannot be read: " + e.getMessage());
            }
            if (isStopped()) {
                return stopped();
            }
            if (reported != null) {
                return failed(reported);
            }
            return reader.isComplete()
                    ? answer(Answer.Ending.COMPLETE, null)
                    : failed("the stream ended before the answer did");
        }

        private void take(StreamEvent event) {
            if (event.isContent()) {
                lastToken = System.nanoTime() - start;
                if (firstToken == 0) {
                    firstToken = lastToken;
                }
            }
            switch (event) {
                case StreamEvent.TextDelta delta -> say(delta.choice(), delta.text());
                case StreamEvent.RefusalDelta delta -> say(delta.choice(), delta.text());
                case StreamEvent.ReasoningDelta delta -> view.reasoning(delta.text());
                case StreamEvent.ToolCallDelta call -> {
                    if (call.name() != null) {
                        view.reasoning("[calls " + call.name() + "]\n");
                    }
                }
                case StreamEvent.Usage counts -> usage = counts;
                case StreamEvent.Failed failed -> reported = failed.failure().detail();
                case StreamEvent.Started _, StreamEvent.Finish _, StreamEvent.Unrecognized _ -> {
                    // Nothing that a reader would see.
                }
            }
        }

        private void say(int choice, String delta) {
            // One answer was asked for. A server that gives more has a first one.
            if (choice == 0) {
                text.append(delta);
                view.text(delta);
            }
        }

        private Answer lost(HttpRequest request, IOException e) {
            if (isStopped()) {
                return stopped();
            }
            if (e instanceof ConnectException || e instanceof HttpConnectTimeoutException) {
                return answer(
                        Answer.Ending.UNREACHABLE,
                        "nobody answers at " + request.uri().getAuthority());
            }
            String reason = e.getMessage() == null ? e.toString() : e.getMessage();
            return failed(
                    firstToken == 0
                            ? "no answer: " + reason
                            : "the connection was lost before the answer ended: " + reason);
        }

        private Answer failed(String problem) {
            return answer(Answer.Ending.FAILED, problem);
        }

        private Answer stopped() {
            return answer(Answer.Ending.STOPPED, "stopped");
        }

        private Answer answer(Answer.Ending ending, @Nullable String problem) {
            return new Answer(text.toString(), ending, problem, firstToken, lastToken, usage);
        }
    }

    /// The two other shapes of JSON that a server answers with.
    private static final class ModelList {

        private static final byte[] DATA = "data".getBytes(StandardCharsets.US_ASCII);
        private static final byte[] ID = "id".getBytes(StandardCharsets.US_ASCII);

        static List<String> read(byte[] json) throws JsonException {
            var names = new ArrayList<String>();
            var cursor = new JsonCursor();
            cursor.reset(json, 0, json.length);
            cursor.enterObject();
            while (cursor.nextField()) {
                if (!cursor.fieldIs(DATA) || !cursor.isArray()) {
                    cursor.skip();
                    continue;
                }
                cursor.enterArray();
                while (cursor.nextElement()) {
                    cursor.enterObject();
                    while (cursor.nextField()) {
                        if (cursor.fieldIs(ID)) {
                            names.add(cursor.string());
                        } else {
                            cursor.skip();
                        }
                    }
                }
            }
            return names;
        }
    }

    private static final class ErrorBody {

        private static final byte[] ERROR = "error".getBytes(StandardCharsets.US_ASCII);
        private static final byte[] MESSAGE = "message".getBytes(StandardCharsets.US_ASCII);

        /// What `{"error": "…"}` or `{"error": {"message": "…"}}` says; empty for anything else.
        static String message(byte[] json) {
            var cursor = new JsonCursor();
            cursor.reset(json, 0, json.length);
            try {
                cursor.enterObject();
                while (cursor.nextField()) {
                    if (!cursor.fieldIs(ERROR)) {
                        cursor.skip();
                    } else if (cursor.isString()) {
                        return cursor.string();
                    } else {
                        cursor.enterObject();
                        while (cursor.nextField()) {
                            if (cursor.fieldIs(MESSAGE) && cursor.isString()) {
                                return cursor.string();
                            }
                            cursor.skip();
                        }
                    }
                }
                return "";
            } catch (JsonException e) {
                return "";
            }
        }
    }
}
