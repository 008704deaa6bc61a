package dev.firsttoken.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.firsttoken.simulator.Exchange;
import dev.firsttoken.simulator.Simulator;
import dev.firsttoken.simulator.SimulatorOptions;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/// A gateway in front of a simulator, both in this process and on real ports.
///
/// The simulator is the provider `house`, which takes any model.
final class Stage implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    final Simulator simulator;
    final Gateway gateway;

    private final boolean ownsSimulator;

    private Stage(Simulator simulator, Gateway gateway, boolean ownsSimulator) {
        this.simulator = simulator;
        this.gateway = gateway;
        this.ownsSimulator = ownsSimulator;
    }

    /// Changes settings.
    @FunctionalInterface
    interface Change {
        void to(Settings settings) throws IOException;
    }

    static Stage start() throws IOException {
        return start(_ -> {});
    }

    static Stage start(Change change) throws IOException {
        Simulator own = Simulator.start(SimulatorOptions.defaults());
        return new Stage(own, Gateway.start(settings(own, change).config()), true);
    }

    /// A gateway in front of a simulator that somebody else closes.
    static Stage before(Simulator simulator, Change change) throws IOException {
        return new Stage(simulator, Gateway.start(settings(simulator, change).config()), false);
    }

    /// A gateway whose streams are on a disk that the test has made.
    static Stage on(Gateway.StoreOpener disk, Change change) throws IOException {
        Simulator own = Simulator.start(SimulatorOptions.defaults());
        return new Stage(own, Gateway.start(settings(own, change).config(), disk), true);
    }

    /// The settings that a stage would start with.
    static Settings settings(Simulator simulator, Change change) throws IOException {
        var settings = new Settings();
        change.to(settings);
        if (settings.providers.stream().noneMatch(p -> p.name().equals("house"))) {
            settings.provider("house", simulator.baseUrl());
        }
        return settings;
    }

    int port() {
        return gateway.address().getPort();
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port() + path);
    }

    RawClient connect() throws IOException {
        return new RawClient(port());
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(uri(path)).timeout(Duration.ofSeconds(10));
    }

    HttpRequest.Builder post(String path, String json) {
        return request(path)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(json));
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return CLIENT.send(request.build(), BodyHandlers.ofString());
    }

    /// The same with a body of which each character is a byte.
    HttpResponse<String> sendForBytes(HttpRequest.Builder request) throws Exception {
        return CLIENT.send(request.build(), BodyHandlers.ofString(ISO_8859_1));
    }

    HttpResponse<String> get(String path) throws Exception {
        return send(request(path).GET());
    }

    /// `POST /chat/stream` for a model.
    HttpResponse<String> simple(String model) throws Exception {
        return send(post("/chat/stream", simpleBody(model)));
    }

    static String simpleBody(String model) {
        return "{\"message\":\"Hi\",\"model\":\"%s\"}".formatted(model);
    }

    /// `POST /v1/chat/completions` for a model, streamed.
    HttpResponse<String> stream(String model) throws Exception {
        return send(post("/v1/chat/completions", chatBody(model, true)));
    }

    /// `POST /v1/chat/completions` for a model, not streamed.
    HttpResponse<String> whole(String model) throws Exception {
        return send(post("/v1/chat/completions", chatBody(model, false)));
    }

    static String chatBody(String model, boolean stream) {
        return "{\"model\":\"%s\",\"stream\":%s,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}"
                .formatted(model, stream);
    }

    /// Asks the simulator itself, for comparison.
    HttpResponse<String> direct(String json) throws Exception {
        return send(
                HttpRequest.newBuilder(URI.create(simulator.baseUrl() + "/chat/completions"))
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(json)));
    }

    /// The first exchange for a model, as soon as the simulator has received it.
    Exchange exchange(String model) throws InterruptedException {
        return simulator.awaitExchange(e -> e.bodyText().contains("\"" + model + "\""), PATIENCE);
    }

    String metrics() throws Exception {
        return get("/metrics").body();
    }

    /// The sum of all samples whose line begins with this name, and holds all these texts.
    double metric(String name, String... with) throws Exception {
        double sum = 0;
        for (String line : metrics().split("\n")) {
            boolean fits = line.startsWith(name + "{") || line.startsWith(name + " ");
            for (String text : with) {
                fits &= line.contains(text);
            }
            if (fits) {
                sum += Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
            }
        }
        return sum;
    }

    void awaitMetric(double wanted, String name, String... with) throws Exception {
        await(name + " = " + wanted, () -> metric(name, with) == wanted);
    }

    /// Nothing is open any more: no stream, no permit, no byte of a log, no exchange.
    void awaitIdle() throws Exception {
        awaitMetric(0, "firsttoken_open_streams");
        awaitMetric(0, "firsttoken_log_bytes");
        await("no open exchange", () -> simulator.openExchanges() == 0);
    }

    /// Something that may be true.
    @FunctionalInterface
    interface Condition {
        boolean holds() throws Exception;
    }

    /// Waits for something to become true.
    static void await(String what, Condition condition) throws Exception {
        long byNanos = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.holds()) {
            assertThat(System.nanoTime() - byNanos < 0).as("in time: " + what).isTrue();
            Thread.sleep(Duration.ofMillis(2));
        }
    }

    /// Watches something stay true for a moment: for what must never happen.
    static void stays(String what, Duration time, BooleanSupplier condition) throws Exception {
        long byNanos = System.nanoTime() + time.toNanos();
        while (System.nanoTime() - byNanos < 0) {
            assertThat(condition.getAsBoolean()).as(what).isTrue();
            Thread.sleep(Duration.ofMillis(5));
        }
    }

    /// The data of each event of a stream, comments left out.
    static List<String> events(String body) {
        var events = new ArrayList<String>();
        for (String line : body.split("\n")) {
            if (line.startsWith("data: ")) {
                events.add(line.substring("data: ".length()));
            }
        }
        return events;
    }

    @Override
    public void close() {
        gateway.close();
        if (ownsSimulator) {
            simulator.close();
        }
    }
}
