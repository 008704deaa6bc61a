package dev.firsttoken.cli.chat;

import dev.firsttoken.wire.dialect.openai.ChatStreamReader;
import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.json.JsonCursor;
import dev.firsttoken.wire.json.JsonException;
import dev.firsttoken.wire.json.Utf8Buffer;
import dev.firsttoken.wire.sse.SseDecoder;
import dev.firsttoken.wire.sse.SseFrame;
import dev.firsttoken.wire.sse.SseLimitException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
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
        var exchange = new Exchange(base, view);
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

    /// One question and its answer. Bytes arrive on the HTTP client's threads, the asker waits on
    /// its own, and whoever wants it to stop comes from a third: the lock is for these.
    private static final class Exchange {

        private static final byte[] NOTHING = {};

        private final AnswerView view;
        private final URI address;
        private final CompletableFuture<Answer> answer = new CompletableFuture<>();
        private final long start = System.nanoTime();

        private final SseDecoder decoder = new SseDecoder(MAX_EVENT_BYTES, MAX_EVENT_BYTES);
        private final ChatStreamReader reader = new ChatStreamReader();
        private final StringBuilder text = new StringBuilder();

        private long firstToken;
        private long lastToken;
        private StreamEvent.@Nullable Usage usage;
        private @Nullable String problem;

        Exchange(URI address, AnswerView view) {
            this.address = address;
            this.view = view;
        }

        Answer run(HttpClient http, HttpRequest request) {
            CompletableFuture<HttpResponse<byte[]>> response =
                    http.sendAsync(request, this::receiver);
            response.whenComplete(this::ended);
            answer.whenComplete((outcome, _) -> {
                if (!outcome.isComplete()) {
                    response.cancel(true);
                }
            });
            return answer.join();
        }

        synchronized void stop() {
            end(Answer.Ending.STOPPED, "stopped");
        }

        private HttpResponse.BodySubscriber<byte[]> receiver(HttpResponse.ResponseInfo head) {
            return isStream(head.statusCode(), head.headers())
                    ? HttpResponse.BodySubscribers.mapping(
                            HttpResponse.BodySubscribers.ofByteArrayConsumer(
                                    bytes -> bytes.ifPresent(this::feed)),
                            _ -> NOTHING)
                    : HttpResponse.BodySubscribers.limiting(
                            HttpResponse.BodySubscribers.ofByteArray(), MAX_ERROR_BYTES);
        }

        private static boolean isStream(int status, HttpHeaders headers) {
            return status == 200 && contentType(headers).startsWith("text/event-stream");
        }

        private static String contentType(HttpHeaders headers) {
            return headers.firstValue("Content-Type").orElse("something without a type");
        }

        private synchronized void feed(byte[] bytes) {
            if (answer.isDone()) {
                return;
            }
            try {
                decoder.feed(bytes, 0, bytes.length, this::read);
            } catch (SseLimitException e) {
                problem = "the stream cannot be read: " + e.getMessage();
            }
            if (problem != null) {
                end(Answer.Ending.FAILED, problem);
            } else if (reader.isDone()) {
                conclude();
            }
        }

        private void read(SseFrame frame) {
            if (problem != null) {
                return;
            }
            try {
                reader.read(frame, this::take);
            } catch (JsonException e) {
                problem = "the stream cannot be read: " + e.getMessage();
            }
        }

        private synchronized void ended(
                @Nullable HttpResponse<byte[]> response, @Nullable Throwable failure) {
            if (response == null) {
                lost(failure);
            } else if (isStream(response.statusCode(), response.headers())) {
                conclude();
            } else if (response.statusCode() != 200) {
                end(Answer.Ending.FAILED, refusal(response.statusCode(), response.body()));
            } else {
                String type = contentType(response.headers());
                end(
                        Answer.Ending.FAILED,
                        "not a stream but " + type + "; is this the right address?");
            }
        }

        private void conclude() {
            if (reader.isComplete()) {
                end(Answer.Ending.COMPLETE, null);
            } else {
                end(Answer.Ending.FAILED, "the stream ended before the answer did");
            }
        }

        private void lost(@Nullable Throwable failure) {
            Throwable cause = failure;
            while (cause instanceof CompletionException && cause.getCause() != null) {
                cause = cause.getCause();
            }
            if (cause instanceof ConnectException || cause instanceof HttpConnectTimeoutException) {
                end(Answer.Ending.UNREACHABLE, "nobody answers at " + address.getRawAuthority());
            } else {
                String reason = cause == null ? null : cause.getMessage();
                end(
                        Answer.Ending.FAILED,
                        "the connection was lost before the answer ended"
                                + (reason == null ? "" : ": " + reason));
            }
        }

        /// The first ending counts.
        private void end(Answer.Ending ending, @Nullable String why) {
            answer.complete(new Answer(text.toString(), ending, why, firstToken, lastToken, usage));
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
                case StreamEvent.Failed failed -> problem = failed.failure().detail();
                case StreamEvent.Started _,
                        StreamEvent.BlockStop _,
                        StreamEvent.Signature _,
                        StreamEvent.Cited _,
                        StreamEvent.LogProbs _,
                        StreamEvent.AudioDelta _,
                        StreamEvent.Image _,
                        StreamEvent.Finish _,
                        StreamEvent.Metadata _,
                        StreamEvent.Unrecognized _ -> {
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
