package dev.firsttoken.gateway;

import static dev.firsttoken.gateway.StreamEvents.events;
import static dev.firsttoken.gateway.StreamEvents.resume;
import static dev.firsttoken.gateway.StreamEvents.streamId;
import static org.assertj.core.api.Assertions.assertThat;

import dev.firsttoken.gateway.config.Config.OnDisconnect;
import dev.firsttoken.simulator.Exchange.How;
import dev.firsttoken.simulator.Script;
import dev.firsttoken.simulator.Timing;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Streams that are read by their id: after their connection is gone, twice at once, after they
/// ended.
class ResumeTest {

    private static final String SLOW = "sim/tokens-30+gap-10ms";

    private static void keeping(Settings settings) {
        settings.keep = Duration.ofMinutes(10);
    }

    /// A second reader's connection may live on another loop than the stream.
    private static void onTwoLoops(Settings settings) {
        keeping(settings);
        settings.eventLoops = 2;
    }

    @ParameterizedTest
    @ValueSource(strings = {"/chat/stream", "/v1/chat/completions"})
    void aFinishedStreamReadsBackFromEveryEventByteForByte(String path) throws Exception {
        try (var stage = Stage.start(ResumeTest::onTwoLoops)) {
            String body =
                    path.equals("/chat/stream")
                            ? Stage.simpleBody("sim/tokens-5")
                            : Stage.chatBody("sim/tokens-5", true);
            HttpResponse<String> made = stage.send(stage.post(path, body));
            List<String> all = events(made.body());
            assertThat(all).hasSizeGreaterThan(5);
            for (int after = 0; after <= all.size(); after++) {
                HttpResponse<String> again = resume(stage, streamId(made), after);
                assertThat(again.statusCode()).isEqualTo(200);
                assertThat(again.headers().firstValue("content-type").orElseThrow())
                        .startsWith("text/event-stream");
                assertThat(events(again.body())).isEqualTo(all.subList(after, all.size()));
            }
        }
    }

    @Test
    void aCursorAheadOfTheStreamIsAConflictAndNotABeginning() throws Exception {
        try (var stage = Stage.start(ResumeTest::keeping)) {
            String id = streamId(stage.simple("sim/tokens-3"));
            HttpResponse<String> response = resume(stage, id, 1000);
            assertThat(response.statusCode()).isEqualTo(409);
            assertThat(response.body()).contains("cursor_ahead");
        }
    }

    @Test
    void aCursorThatIsNoNumberIsABadRequest() throws Exception {
        try (var stage = Stage.start(ResumeTest::keeping)) {
            String id = streamId(stage.simple("sim/tokens-3"));
            assertThat(stage.get("/v1/streams/" + id + "?after=x").statusCode()).isEqualTo(400);
            assertThat(stage.get("/v1/streams/" + id + "?after=-1").statusCode()).isEqualTo(400);
        }
    }

    @Test
    void foreignAndUnknownStreamsAreEquallyNotFound() throws Exception {
        String mine = "ft-mine";
        String yours = "ft-yours";
        try (var stage =
                Stage.start(s -> {
                    keeping(s);
                    s.key("me", mine);
                    s.key("you", yours);
                })) {
            HttpResponse<String> made =
                    stage.send(
                            stage.post("/chat/stream", Stage.simpleBody("sim/tokens-3"))
                                    .header("authorization", "Bearer " + mine));
            String id = streamId(made);
            HttpResponse<String> foreign =
                    stage.send(stage.request("/v1/streams/" + id).header("x-api-key", yours).GET());
            HttpResponse<String> unknown =
                    stage.send(stage.request("/v1/streams/st_00").header("x-api-key", yours).GET());
            assertThat(foreign.statusCode()).isEqualTo(404);
            assertThat(foreign.body()).isEqualTo(unknown.body());
            HttpResponse<String> stop =
                    stage.send(
                            stage.request("/v1/streams/" + id).header("x-api-key", yours).DELETE());
            assertThat(stop.statusCode()).isEqualTo(404);
            assertThat(
                            stage.send(
                                            stage.request("/v1/streams/" + id)
                                                    .header("x-api-key", mine)
                                                    .GET())
                                    .statusCode())
                    .isEqualTo(200);
            assertThat(stage.get("/v1/streams/" + id).statusCode()).isEqualTo(401);
        }
    }

    @Test
    void aDetachedStreamGoesOnWithoutItsClientAndIsReadOnWithoutLossOrRepetition()
            throws Exception {
        try (var stage = Stage.start(ResumeTest::onTwoLoops)) {
            String id;
            String seen;
            try (var client = stage.connect()) {
                client.post(
                        "/chat/stream",
                        "x-firsttoken-on-disconnect: detach\r\n",
                        Stage.simpleBody(SLOW));
                id = streamId(client.readHead());
                seen = client.readUntil("\n\n\r\n");
            }
            long received = events(seen.substring(seen.indexOf("data:"))).size();
            String rest = resume(stage, id, received).body();
            HttpResponse<String> whole = resume(stage, id, 0);
            assertThat(events(whole.body())).hasSize(31);
            assertThat(events(rest)).isEqualTo(events(whole.body()).subList((int) received, 31));
            assertThat(whole.body()).endsWith("data: [DONE]\n\n");
            assertThat(stage.exchange(SLOW).ending().get().how()).isEqualTo(How.COMPLETED);
            assertThat(stage.metric("firsttoken_stream_ends_total", "completed")).isEqualTo(1);
        }
    }

    @Test
    void aDetachedStreamThatNobodyComesBackToIsStoppedAfterItsGrace() throws Exception {
        try (var stage =
                Stage.start(s -> {
                    keeping(s);
                    s.onDisconnect = OnDisconnect.DETACH;
                    s.grace = Duration.ofMillis(100);
                })) {
            String model = "sim/tokens-1000+gap-50ms";
            String id;
            try (var client = stage.connect()) {
                client.post("/chat/stream", Stage.simpleBody(model));
                id = streamId(client.readHead());
                client.readUntil("data:");
            }
            assertThat(stage.exchange(model).ending().get().how()).isEqualTo(How.CLIENT_LEFT);
            String body = resume(stage, id, 0).body();
            assertThat(body).contains("\"error\"").endsWith("data: [DONE]\n\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"detach", "drain"})
    void anAnswerWhoseIdNobodyWasToldIsStoppedWhenItsClientGoes(String policy) throws Exception {
        try (var stage = Stage.start(ResumeTest::keeping)) {
            String model = "sim/stall-after-0+seed-" + policy.length();
            try (var client = stage.connect()) {
                client.post(
                        "/v1/chat/completions",
                        "x-firsttoken-on-disconnect: " + policy + "\r\n",
                        Stage.chatBody(model, true));
                stage.exchange(model);
            }
            assertThat(stage.exchange(model).ending().get(20, TimeUnit.SECONDS).how())
                    .isEqualTo(How.CLIENT_LEFT);
            stage.awaitMetric(1, "firsttoken_stream_ends_total", "client_gone");
        }
    }

    @Test
    void anAnswerThatSomebodyFoundInTheListGoesOnWithoutItsFirstClient() throws Exception {
        try (var stage = Stage.start(ResumeTest::onTwoLoops)) {
            String model = "sim/tokens-3+ttft-2s";
            String id;
            try (var second = stage.connect()) {
                try (var client = stage.connect()) {
                    client.post(
                            "/v1/chat/completions",
                            "x-firsttoken-on-disconnect: detach\r\n",
                            Stage.chatBody(model, true));
                    stage.exchange(model);
                    id = onlyOneRunning(stage);
                    second.send("GET /v1/streams/" + id + " HTTP/1.1\r\nhost: test\r\n\r\n");
                    second.readHead();
                }
            }
            assertThat(stage.exchange(model).ending().get(20, TimeUnit.SECONDS).how())
                    .isEqualTo(How.COMPLETED);
            assertThat(resume(stage, id, 0).body()).endsWith("data: [DONE]\n\n");
        }
    }

    private static String onlyOneRunning(Stage stage) throws Exception {
        String list = stage.get("/v1/streams").body();
        Matcher found = Pattern.compile("\"id\":\\s*\"([^\"]+)\"").matcher(list);
        assertThat(found.find()).as(list).isTrue();
        return found.group(1);
    }

    @Test
    void aDrainedStreamEndsAtItsBoundOfTokens() throws Exception {
        try (var stage =
                Stage.start(s -> {
                    keeping(s);
                    s.onDisconnect = OnDisconnect.DRAIN;
                    s.drainTokens = 5;
                })) {
            String model = "sim/tokens-1000+gap-5ms";
            try (var client = stage.connect()) {
                client.post("/chat/stream", Stage.simpleBody(model));
                client.readUntil("data:");
            }
            assertThat(stage.exchange(model).ending().get().how()).isEqualTo(How.CLIENT_LEFT);
            assertThat(stage.metric("firsttoken_stream_ends_total", "client_gone")).isEqualTo(1);
        }
    }

    @Test
    void aSecondReaderFollowsTheSameAnswerLive() throws Exception {
        try (var stage = Stage.start(ResumeTest::onTwoLoops)) {
            stage.simulator.script(
                    "held",
                    Script.text("one two three four five six seven")
                            .withTiming(new Timing.Fixed(Duration.ZERO, Duration.ofMillis(30))));
            try (var client = stage.connect()) {
                client.post("/v1/chat/completions", Stage.chatBody("held", true));
                String id = streamId(client.readHead());
                client.readUntil("\n\n");
                CompletableFuture<String> second =
                        CompletableFuture.supplyAsync(() -> {
                            try {
                                return resume(stage, id, 0).body();
                            } catch (Exception e) {
                                throw new IllegalStateException(e);
                            }
                        });
                String first = client.readUntil("[DONE]");
                assertThat(second.get()).endsWith("data: [DONE]\n\n");
                assertThat(first).contains("seven");
                assertThat(second.get()).contains("seven");
            }
        }
    }

    @Test
    void theStreamOutlivesItsFirstReaderAsLongAsAnotherReads() throws Exception {
        try (var stage = Stage.start(ResumeTest::onTwoLoops);
                var second = stage.connect()) {
            try (var first = stage.connect()) {
                first.post("/chat/stream", Stage.simpleBody(SLOW));
                String id = streamId(first.readHead());
                first.readUntil("data:");
                second.send("GET /v1/streams/" + id + " HTTP/1.1\r\nhost: test\r\n\r\n");
                assertThat(second.readHead()).startsWith("HTTP/1.1 200");
            }
            assertThat(StreamEvents.some(second, 1000)).hasSize(31);
            assertThat(stage.exchange(SLOW).ending().get().how()).isEqualTo(How.COMPLETED);
        }
    }

    @Test
    void deletingAStreamStopsItAtTheProviderAndSaysSoToItsReaders() throws Exception {
        try (var stage = Stage.start(ResumeTest::keeping)) {
            String model = "sim/tokens-1000+gap-20ms";
            try (var client = stage.connect()) {
                client.post("/chat/stream", Stage.simpleBody(model));
                String id = streamId(client.readHead());
                client.readUntil("data:");
                assertThat(stage.get("/v1/streams").body()).contains(id);
                HttpResponse<String> stopped =
                        stage.send(stage.request("/v1/streams/" + id).DELETE());
                assertThat(stopped.statusCode()).isEqualTo(204);
                assertThat(client.readUntil("[DONE]")).contains("stopped on request");
                assertThat(stage.exchange(model).ending().get().how()).isEqualTo(How.CLIENT_LEFT);
                stage.await("the list is empty", () -> !list(stage).contains(id));
                assertThat(stage.send(stage.request("/v1/streams/" + id).DELETE()).statusCode())
                        .isEqualTo(204);
            }
        }
    }

    private static String list(Stage stage) {
        try {
            return stage.get("/v1/streams").body();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void idsAreWrittenOnlyWhereTheyAreAskedFor() throws Exception {
        try (var stage = Stage.start(ResumeTest::keeping)) {
            HttpResponse<String> made = stage.simple("sim/tokens-3");
            assertThat(made.body()).doesNotContain("id:");
            String again = stage.get("/v1/streams/" + streamId(made) + "?after=1&ids=true").body();
            assertThat(again).startsWith("id: 2\ndata: ");
            HttpRequest.Builder asEventSource =
                    stage.request("/v1/streams/" + streamId(made))
                            .header("last-event-id", "2")
                            .GET();
            assertThat(events(stage.send(asEventSource).body()))
                    .isEqualTo(events(made.body()).subList(2, events(made.body()).size()));
        }
    }

    @Test
    void anExpiredStreamIsGone() throws Exception {
        try (var stage = Stage.start(s -> s.keep = Duration.ofMillis(1))) {
            String id = streamId(stage.simple("sim/tokens-3"));
            stage.simple("sim/tokens-1");
            stage.await("it is forgotten", () -> status(stage, id) == 404);
        }
    }

    private static int status(Stage stage, String id) {
        try {
            return resume(stage, id, 0).statusCode();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void noMoreReadersThanAllowedReadOneStream() throws Exception {
        try (var stage =
                Stage.start(s -> {
                    keeping(s);
                    s.readers = 1;
                })) {
            try (var client = stage.connect()) {
                client.post("/chat/stream", Stage.simpleBody("sim/tokens-1000+gap-20ms"));
                String id = streamId(client.readHead());
                client.readUntil("data:");
                assertThat(resume(stage, id, 0).statusCode()).isEqualTo(429);
            }
        }
    }

    @Test
    void anUnknownWishForDisconnectsIsABadRequest() throws Exception {
        try (var stage = Stage.start(ResumeTest::keeping)) {
            HttpResponse<String> response =
                    stage.send(
                            stage.post("/chat/stream", Stage.simpleBody("sim/tokens-1"))
                                    .header("x-firsttoken-on-disconnect", "stay"));
            assertThat(response.statusCode()).isEqualTo(400);
            assertThat(response.body()).contains("cancel, drain or detach");
        }
    }

    @Test
    void anyDisconnectsAtAnyPointsStillGiveEveryEventOnceInOrderWithOneTerminal() throws Exception {
        long seed = 42;
        var random = new Random(seed);
        try (var stage =
                Stage.start(s -> {
                    onTwoLoops(s);
                    s.onDisconnect = OnDisconnect.DETACH;
                })) {
            for (int round = 0; round < 12; round++) {
                String model = "sim/tokens-40+gap-3ms+seed-" + round;
                String path = round % 2 == 0 ? "/chat/stream" : "/v1/chat/completions";
                String json =
                        round % 2 == 0 ? Stage.simpleBody(model) : Stage.chatBody(model, true);
                var seen = new ArrayList<String>();
                String id;
                try (var client = stage.connect()) {
                    client.post(path, json);
                    id = streamId(client.readHead());
                    seen.addAll(StreamEvents.some(client, 1 + random.nextInt(10)));
                }
                while (!seen.getLast().contains("[DONE]")) {
                    try (var client = stage.connect()) {
                        client.send(
                                "GET /v1/streams/"
                                        + id
                                        + "?after="
                                        + seen.size()
                                        + " HTTP/1.1\r\nhost: test\r\n\r\n");
                        assertThat(client.readHead()).startsWith("HTTP/1.1 200");
                        seen.addAll(StreamEvents.some(client, 1 + random.nextInt(15)));
                    }
                }
                List<String> whole = events(resume(stage, id, 0).body());
                assertThat(seen).as("seed %d, round %d", seed, round).isEqualTo(whole);
            }
        }
    }
}
