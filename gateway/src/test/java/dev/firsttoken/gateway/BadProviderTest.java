package dev.firsttoken.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firsttoken.gateway.ScriptedProvider.Then;
import dev.firsttoken.gateway.config.Config.Protocol;
import io.netty.handler.codec.http2.Http2Error;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Providers that send what they should not, or too much of it, or break off: nothing grows beyond
/// its limit, nobody waits for ever, and the client is told what happened.
class BadProviderTest {

    private static final String HEAD = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n";
    private static final String DELTA =
            "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"},\"finish_reason\":null}]}\n\n";
    private static final String EMPTY_DELTA =
            "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":null}]}\n\n";
    private static final String COMPLETE = DELTA.replace("null}", "\"stop\"}") + "data: [DONE]\n\n";

    private static Stage before(ScriptedProvider provider, Stage.Change change) throws Exception {
        return Stage.start(s -> {
            change.to(s);
            s.provider("house", provider.baseUrl());
        });
    }

    private static Stage before(H2Provider provider) throws Exception {
        return Stage.start(s -> s.provider("house", provider.baseUrl(), Protocol.HTTP_2, null));
    }

    private static void assertInvalid(HttpResponse<String> response, String why) {
        assertThat(response.statusCode()).isEqualTo(502);
        assertThat(response.body()).contains("\"code\":\"upstream_invalid\"").contains(why);
    }

    // ---- heads ---------------------------------------------------------------------------------

    @Test
    void aHeadThatIsTooLongIsNotRead() throws Exception {
        String head = HEAD + "x: " + "y".repeat(3000) + "\r\n\r\n";
        try (var provider = new ScriptedProvider(head + COMPLETE, Then.CLOSE);
                Stage stage = before(provider, s -> s.responseHeadBytes = 2000)) {
            assertInvalid(stage.stream("any"), "head is longer than 2000 bytes");
            assertInvalid(stage.whole("any"), "head is longer than 2000 bytes");
            stage.awaitMetric(
                    2, "firsttoken_attempts_total", "house", "outcome=\"upstream_invalid\"");
        }
    }

    @Test
    void moreHeadersThanAllowedAreNotTaken() throws Exception {
        String head = HEAD + "x: y\r\n".repeat(20) + "\r\n";
        try (var provider = new ScriptedProvider(head + COMPLETE, Then.CLOSE);
                Stage stage = before(provider, s -> s.responseHeaders = 20)) {
            assertInvalid(stage.stream("any"), "more than 20 headers");
        }
        try (var provider = new ScriptedProvider(head + COMPLETE, Then.CLOSE);
                Stage stage = before(provider, s -> s.responseHeaders = 21)) {
            assertThat(stage.stream("any").body()).contains("[DONE]");
        }
    }

    @Test
    void headsAreBoundedOverHttp2Too() throws Exception {
        var many = new String[500];
        for (int i = 0; i < many.length; i += 2) {
            many[i] = "x-" + i;
            many[i + 1] = "y";
        }
        try (var provider =
                        new H2Provider(request -> {
                            if (request.number() == 1) {
                                request.head(many).body(COMPLETE, true);
                            } else if (request.number() == 2) {
                                request.head("x", "y".repeat(70_000)).body(COMPLETE, true);
                            } else {
                                request.answer();
                            }
                        });
                Stage stage = before(provider)) {
            assertInvalid(stage.stream("any"), "more than 200 headers");
            assertInvalid(stage.stream("any"), "a head that is too long");
            assertThat(stage.stream("any").body()).contains("[DONE]");
        }
    }

    @Test
    void interimResponsesWithoutEndAreNotWaitedFor() throws Exception {
        String interim = "HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n";
        try (var provider =
                        new ScriptedProvider(
                                interim.repeat(9) + HEAD + "\r\n" + COMPLETE, Then.CLOSE);
                Stage stage = before(provider, _ -> {})) {
            assertInvalid(stage.stream("any"), "interim responses without end");
        }
        try (var provider =
                        new ScriptedProvider(
                                interim.repeat(8) + HEAD + "\r\n" + COMPLETE, Then.CLOSE);
                Stage stage = before(provider, _ -> {})) {
            assertThat(stage.stream("any").body()).contains("[DONE]");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 307, 308})
    void aRedirectIsNotFollowed(int status) throws Exception {
        try (var elsewhere = new ScriptedProvider(HEAD + "\r\n" + COMPLETE, Then.CLOSE);
                var provider =
                        new ScriptedProvider(
                                "HTTP/1.1 "
                                        + status
                                        + " Elsewhere\r\nlocation: "
                                        + elsewhere.baseUrl()
                                        + "/chat/completions\r\ncontent-length: 0\r\n\r\n",
                                Then.CLOSE);
                Stage stage = before(provider, _ -> {})) {
            assertInvalid(stage.stream("any"), "status " + status + " (expected: 200)");
            assertInvalid(stage.whole("any"), "status " + status + " (expected: 200)");
            assertThat(elsewhere.requests()).isZero();
        }
    }

    @Test
    void aCompressedAnswerIsRefused() throws Exception {
        String head = HEAD + "content-encoding: gzip\r\n\r\n";
        try (var provider = new ScriptedProvider(head + COMPLETE, Then.CLOSE);
                Stage stage = before(provider, _ -> {})) {
            assertInvalid(stage.stream("any"), "compressed, which it was asked not to be");
            assertInvalid(stage.whole("any"), "compressed, which it was asked not to be");
        }
    }

    // ---- lists
    // -----------------------------------------------------------------------------------

    @Test
    void aModelWasCreatedWhenItsProviderSaysSoOrWeCameToServeIt() throws Exception {
        long before = Instant.now().getEpochSecond();
        String list = "{\"data\":[{\"id\":\"dated\",\"created\":1700000000},{\"id\":\"undated\"}]}";
        try (var provider = ScriptedProvider.of("200 OK", "application/json", list);
                Stage stage = before(provider, s -> s.model("ours", "house:dated"))) {
            assertThat(stage.get("/v1/models/dated").body()).contains("\"created\":1700000000");
            for (String name : new String[] {"undated", "ours"}) {
                String model = stage.get("/v1/models/" + name).body();
                long created = Long.parseLong(model.replaceAll(".*\"created\":(\\d+).*", "$1"));
                assertThat(created).isBetween(before, Instant.now().getEpochSecond());
            }
        }
    }

    // ---- bodies --------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(strings = {"", DELTA})
    void commentsWithoutEndAreCountedToo(String first) throws Exception {
        String body = first + ": still here\n\n".repeat(2000);
        try (var provider = new ScriptedProvider(HEAD + "\r\n" + body, Then.SILENCE);
                Stage stage = before(provider, s -> s.answerBytes = 10_000)) {
            assertThat(stage.stream("any").body())
                    .startsWith(first)
                    .contains("longer than 10000 bytes")
                    .doesNotContain("[DONE]");
            Stage.await("provider let go", () -> provider.openConnections() == 0);
        }
    }

    @Test
    void eventsWithNothingInThemAreNoProgress() throws Exception {
        String body = DELTA + (ScriptedProvider.PAUSE + EMPTY_DELTA).repeat(5);
        try (var provider = new ScriptedProvider(HEAD + "\r\n" + body, Then.SILENCE);
                Stage stage = before(provider, s -> s.progress = Duration.ofMillis(500))) {
            assertThat(stage.stream("any").body())
                    .startsWith(DELTA)
                    .contains("\"code\":\"upstream_no_progress\"")
                    .contains("nothing to read for 500 ms")
                    .doesNotContain("[DONE]");
            stage.awaitMetric(1, "firsttoken_stream_ends_total", "reason=\"upstream_no_progress\"");
        }
    }

    @Test
    void aWholeAnswerThatDoesNotBeginIsNotWaitedFor() throws Exception {
        try (var provider = new ScriptedProvider("", Then.SILENCE);
                Stage stage = before(provider, s -> s.firstByte = Duration.ofMillis(200))) {
            HttpResponse<String> response = stage.whole("any");
            assertThat(response.statusCode()).isEqualTo(504);
            assertThat(response.body())
                    .contains("\"code\":\"upstream_first_token_timeout\"")
                    .contains("no answer within 200 ms");
            Stage.await("provider let go", () -> provider.openConnections() == 0);
        }
    }

    @Test
    void aWholeAnswerThatStopsInTheMiddleIsNotWaitedFor() throws Exception {
        String head =
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 900\r\n\r\n{";
        try (var provider = new ScriptedProvider(head, Then.SILENCE);
                Stage stage = before(provider, s -> s.stall = Duration.ofMillis(200))) {
            HttpResponse<String> response = stage.whole("any");
            assertThat(response.statusCode()).isEqualTo(504);
            assertThat(response.body())
                    .contains("\"code\":\"upstream_stalled\"")
                    .contains("fell silent for 200 ms");
        }
    }

    // ---- retries -------------------------------------------------------------------------------

    @Test
    void whatHasBegunToBeAnsweredIsNotSentAgain() throws Exception {
        String whole = HEAD + "content-length: " + COMPLETE.length() + "\r\n\r\n" + COMPLETE;
        try (var provider = new ScriptedProvider(whole, Then.HANG_UP_IN_SECOND_HEAD);
                Stage stage = before(provider, _ -> {})) {
            assertThat(stage.stream("any").body()).contains("[DONE]");
            HttpResponse<String> second = stage.stream("any");
            assertThat(second.statusCode()).isEqualTo(502);
            assertThat(second.body()).contains("\"code\":\"upstream_truncated\"");
            assertThat(provider.requests()).isEqualTo(2);
            assertThat(stage.metric("firsttoken_retries_total")).isZero();
        }
    }

    @Test
    void aRefusedHttp2StreamIsOpenedAgainElsewhereOnce() throws Exception {
        try (var provider =
                        new H2Provider(request -> {
                            if (request.number() == 1) {
                                request.reset(Http2Error.REFUSED_STREAM);
                            } else {
                                request.answer();
                            }
                        });
                Stage stage = before(provider)) {
            assertThat(stage.stream("any").body()).contains("[DONE]");
            assertThat(provider.requests()).isEqualTo(2);
            assertThat(provider.connections()).isEqualTo(2);
            assertThat(stage.metric("firsttoken_retries_total")).isEqualTo(1);
        }
    }

    @Test
    void aStreamThatIsRefusedAgainFails() throws Exception {
        try (var provider = new H2Provider(request -> request.reset(Http2Error.REFUSED_STREAM));
                Stage stage = before(provider)) {
            HttpResponse<String> response = stage.stream("any");
            assertThat(response.statusCode()).isEqualTo(502);
            assertThat(response.body()).contains("REFUSED_STREAM").contains("before it answered");
            assertThat(provider.requests()).isEqualTo(2);
        }
    }

    @Test
    void aRequestThatAGoawayLeavesOutIsSentAgain() throws Exception {
        try (var provider =
                        new H2Provider(request -> {
                            if (request.number() == 1) {
                                request.goAway(0);
                            } else {
                                request.answer();
                            }
                        });
                Stage stage = before(provider)) {
            assertThat(stage.stream("any").body()).contains("[DONE]");
            assertThat(provider.requests()).isEqualTo(2);
            assertThat(stage.metric("firsttoken_retries_total")).isEqualTo(1);
        }
    }

    @Test
    void aRequestThatAGoawayCoversIsNotSentAgain() throws Exception {
        try (var provider = new H2Provider(request -> request.goAway(request.stream()));
                Stage stage = before(provider)) {
            HttpResponse<String> response = stage.stream("any");
            assertThat(response.statusCode()).isEqualTo(502);
            assertThat(response.body()).contains("\"code\":\"upstream_truncated\"");
            assertThat(provider.requests()).isEqualTo(1);
            assertThat(stage.metric("firsttoken_retries_total")).isZero();
        }
    }

    @Test
    void aResetInTheMiddleOfAnAnswerIsATruncation() throws Exception {
        try (var provider =
                        new H2Provider(request -> {
                            request.head().bodyThenReset(DELTA, Http2Error.INTERNAL_ERROR);
                        });
                Stage stage = before(provider)) {
            assertThat(stage.stream("any").body())
                    .startsWith(DELTA)
                    .contains("\"code\":\"upstream_truncated\"")
                    .contains("(INTERNAL_ERROR) in the middle of its answer")
                    .doesNotContain("[DONE]");
            assertThat(provider.requests()).isEqualTo(1);
        }
    }
}
