package dev.firsttoken.bench.compare;

import dev.firsttoken.bench.endpoint.Api;
import dev.firsttoken.bench.endpoint.Endpoint;
import dev.firsttoken.wire.dialect.Headers;
import dev.firsttoken.wire.dialect.ProviderCodec;
import dev.firsttoken.wire.dialect.StreamReader;
import dev.firsttoken.wire.dialect.WrittenRequest;
import dev.firsttoken.wire.dialect.anthropic.MessagesCodec;
import dev.firsttoken.wire.dialect.openai.ChatCodec;
import dev.firsttoken.wire.event.StreamEvent;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Asks one server and takes the times. Safe for use by many threads.
///
/// Connections are kept, as an application keeps them, and the caller's thread reads the answer: a
/// time is taken when the read that brought the text returned.
final class Asker implements AutoCloseable {

    private static final int MOST_EVENT_BYTES = 4 << 20;
    private static final int MOST_ANSWER_BYTES = 64 << 20;

    private final Endpoint endpoint;
    private final ProviderCodec codec;
    private final String model;
    private final Duration timeout;
    private final HttpClient http;

    Asker(Endpoint endpoint, String model, Duration timeout) {
        this.endpoint = endpoint;
        this.codec = codec(endpoint.api());
        this.model = model;
        this.timeout = timeout;
        // In clear text the JDK's client would offer an upgrade to HTTP/2 with every first request.
        this.http =
                HttpClient.newBuilder()
                        .version(
                                "https".equals(endpoint.address().getScheme())
                                        ? HttpClient.Version.HTTP_2
                                        : HttpClient.Version.HTTP_1_1)
                        .connectTimeout(Duration.ofSeconds(10))
                        .build();
    }

    /// @throws IllegalArgumentException when the dialect has only one of the two modes
    static ProviderCodec codec(Api api) {
        return switch (api) {
            case OPENAI -> ChatCodec.INSTANCE;
            case ANTHROPIC -> MessagesCodec.INSTANCE;
            case SIMPLE ->
                    throw new IllegalArgumentException(
                            "api: simple (expected: openai or anthropic, which have both modes)");
        };
    }

    /// Asks once. What goes wrong is part of the sample.
    Sample ask(Question question, Mode mode, int pair) throws InterruptedException {
        WrittenRequest written = codec.writeRequest(question.request(mode, model), model);
        HttpRequest.Builder request =
                HttpRequest.newBuilder(endpoint.url())
                        .timeout(timeout)
                        .POST(HttpRequest.BodyPublishers.ofByteArray(written.body()));
        endpoint.headers().forEach(request::setHeader);
        written.headers().forEach(request::setHeader);
        var listening = new Listening();
        try {
            HttpResponse<InputStream> response =
                    http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = response.body()) {
                if (response.statusCode() != 200) {
                    byte[] said = body.readNBytes(64 << 10);
                    Headers headers = name -> response.headers().firstValue(name).orElse(null);
                    listening.problem =
                            "status "
                                    + response.statusCode()
                                    + ": "
                                    + codec.readError(response.statusCode(), headers, said)
                                            .detail();
                } else if (mode == Mode.STREAMING) {
                    listening.stream(body);
                } else {
                    listening.whole(body);
                }
            }
        } catch (HttpTimeoutException e) {
            listening.problem = "no answer within " + timeout.toSeconds() + " s";
        } catch (ConnectException e) {
            listening.problem = "nobody answers at " + endpoint.address().getRawAuthority();
        } catch (IOException e) {
            listening.problem = "the connection was lost: " + e.getMessage();
        }
        return listening.sample(mode, pair);
    }

    @Override
    public void close() {
        http.shutdownNow();
    }

    /// One answer while it comes in. Owned by one thread.
    private final class Listening {

        private final long askedNanos = System.nanoTime();
        private final List<Sample.Arrival> arrivals = new ArrayList<>();
        private int characters;
        private StreamEvent.@Nullable Usage usage;
        private @Nullable String problem;

        void stream(InputStream body) throws IOException {
            StreamReader reader = codec.streamReader(MOST_EVENT_BYTES);
            byte[] bytes = new byte[64 * 1024];
            for (int count = body.read(bytes); count >= 0; count = body.read(bytes)) {
                int before = characters;
                reader.feed(bytes, 0, count, this::take);
                arrived(before);
                if (System.nanoTime() - askedNanos > timeout.toNanos()) {
                    problem = "not complete within " + timeout.toSeconds() + " s";
                    return;
                }
            }
            int before = characters;
            reader.end(this::take);
            arrived(before);
        }

        void whole(InputStream body) throws IOException {
            byte[] bytes = body.readNBytes(MOST_ANSWER_BYTES);
            codec.readAnswer(bytes, this::take);
            arrived(0);
        }

        private void arrived(int before) {
            if (characters > before) {
                arrivals.add(new Sample.Arrival(System.nanoTime() - askedNanos, characters));
            }
        }

        private void take(StreamEvent event) {
            switch (event) {
                case StreamEvent.TextDelta(_, String text) -> characters += text.length();
                case StreamEvent.ReasoningDelta(_, String text) -> characters += text.length();
                case StreamEvent.RefusalDelta(_, String text) -> characters += text.length();
                case StreamEvent.ToolCallDelta call -> characters += call.arguments().length();
                case StreamEvent.Usage latest -> usage = latest;
                case StreamEvent.Failed(var failure) -> {
                    if (problem == null) {
                        problem = failure.detail();
                    }
                }
                case StreamEvent.Started _,
                        StreamEvent.Metadata _,
                        StreamEvent.BlockStop _,
                        StreamEvent.Signature _,
                        StreamEvent.Cited _,
                        StreamEvent.LogProbs _,
                        StreamEvent.AudioDelta _,
                        StreamEvent.Image _,
                        StreamEvent.Finish _,
                        StreamEvent.Unrecognized _ -> {
                    // Nothing of it is text.
                }
            }
        }

        Sample sample(Mode mode, int pair) {
            return new Sample(
                    mode,
                    pair,
                    arrivals,
                    System.nanoTime() - askedNanos,
                    usage == null ? -1 : usage.inputTokens(),
                    usage == null ? -1 : usage.outputTokens(),
                    problem);
        }
    }
}
