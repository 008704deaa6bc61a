package dev.firsttoken.gateway;

import static dev.firsttoken.gateway.RawH2Client.ACK;
import static dev.firsttoken.gateway.RawH2Client.CONTINUATION;
import static dev.firsttoken.gateway.RawH2Client.HEADERS;
import static dev.firsttoken.gateway.RawH2Client.PING;
import static dev.firsttoken.gateway.RawH2Client.PRIORITY;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http2.Http2Error;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What one HTTP/2 connection does to the server costs that connection, and nobody else.
class Http2AbuseTest {

    private static final String LONG = "sim/tokens-40+gap-20ms";
    private static final String METRIC = "firsttoken_http2_connection_errors_total";

    /// A thousand and more of something that brings nothing.
    private enum Flood {
        PINGS {
            @Override
            void one(RawH2Client client, int i) {
                client.frame(PING, 0, 0, "0000000000000000");
            }
        },
        PING_ANSWERS {
            @Override
            void one(RawH2Client client, int i) {
                client.frame(PING, ACK, 0, "0000000000000000");
            }
        },
        EMPTY_SETTINGS {
            @Override
            void one(RawH2Client client, int i) {
                client.settings();
            }
        },
        TABLE_SIZES {
            @Override
            void one(RawH2Client client, int i) {
                client.settings(1, i % 2 == 0 ? 0 : 4096);
            }
        },
        WINDOW_SIZES {
            @Override
            void one(RawH2Client client, int i) {
                client.settings(4, 65_535 - i % 2);
            }
        },
        PRIORITIES {
            @Override
            void one(RawH2Client client, int i) {
                client.frame(PRIORITY, 0, 2 * i + 1, "0000000010");
            }
        },
        CONNECTION_WINDOWS {
            @Override
            void one(RawH2Client client, int i) {
                client.window(0, 1);
            }
        },
        WINDOWS_OF_A_STREAM {
            @Override
            void begin(RawH2Client client) {
                client.post(1, "sim/silent");
            }

            @Override
            void one(RawH2Client client, int i) {
                client.window(1, 1);
            }
        },
        WINDOWS_OF_A_STREAM_THAT_IS_OVER {
            @Override
            void begin(RawH2Client client) {
                client.post(1).reset(1);
            }

            @Override
            void one(RawH2Client client, int i) {
                client.window(1, 1);
            }
        },
        EMPTY_DATA {
            @Override
            void begin(RawH2Client client) {
                client.post(1);
            }

            @Override
            void one(RawH2Client client, int i) {
                client.data(1, "", false);
            }
        },
        TINY_DATA {
            @Override
            void begin(RawH2Client client) {
                client.post(1);
            }

            @Override
            void one(RawH2Client client, int i) {
                client.data(1, " ", false);
            }
        },
        UNKNOWN_FRAMES {
            @Override
            void one(RawH2Client client, int i) {
                client.frame(0xb, 0, 0, "");
            }
        },
        EMPTY_CONTINUATIONS {
            @Override
            void begin(RawH2Client client) {
                client.frame(HEADERS, 0, 1, RawH2Client.head("GET", "/healthz"));
            }

            @Override
            void one(RawH2Client client, int i) {
                client.frame(CONTINUATION, 0, 1, "");
            }
        },
        CONTINUATIONS {
            @Override
            void begin(RawH2Client client) {
                client.frame(HEADERS, 0, 1, RawH2Client.head("GET", "/healthz"));
            }

            @Override
            void one(RawH2Client client, int i) {
                client.frame(CONTINUATION, 0, 1, RawH2Client.block("x" + i, "y"));
            }
        },
        RAPID_RESETS {
            @Override
            void one(RawH2Client client, int i) {
                client.post(2 * i + 1, "sim/silent").reset(2 * i + 1);
            }
        },
        RESETS_OF_UNFINISHED_REQUESTS {
            @Override
            void one(RawH2Client client, int i) {
                client.post(2 * i + 1).reset(2 * i + 1);
            }
        },
        WINDOWS_THAT_OVERFLOW {
            @Override
            void one(RawH2Client client, int i) {
                client.post(2 * i + 1, "sim/silent").window(2 * i + 1, Integer.MAX_VALUE);
            }
        },
        WINDOWS_OF_ZERO {
            @Override
            void one(RawH2Client client, int i) {
                client.post(2 * i + 1, "sim/silent").window(2 * i + 1, 0);
            }
        },
        DATA_BEHIND_THE_END {
            @Override
            void one(RawH2Client client, int i) {
                client.post(2 * i + 1, "sim/silent").data(2 * i + 1, "x".repeat(100), false);
            }
        },
        STREAMS_THAT_DEPEND_ON_THEMSELVES {
            @Override
            void one(RawH2Client client, int i) {
                int id = 2 * i + 1;
                client.post(id, "sim/silent").frame(PRIORITY, 0, id, "%08x10".formatted(id));
            }
        },
        PRIORITIES_OF_A_WRONG_LENGTH {
            @Override
            void one(RawH2Client client, int i) {
                client.post(2 * i + 1, "sim/silent").frame(PRIORITY, 0, 2 * i + 1, "00");
            }
        },
        BODIES_LONGER_THAN_DECLARED {
            @Override
            void one(RawH2Client client, int i) {
                int id = 2 * i + 1;
                client.headers(
                                id,
                                false,
                                RawH2Client.head("POST", "/chat/stream"),
                                "content-type",
                                "application/json",
                                "content-length",
                                "5")
                        .data(id, "x".repeat(100), true);
            }
        },
        MALFORMED_REQUESTS {
            @Override
            void one(RawH2Client client, int i) {
                client.headers(2 * i + 1, true, RawH2Client.head("GET", "/healthz"), "Upper", "x");
            }
        };

        void begin(RawH2Client client) {}

        abstract void one(RawH2Client client, int i);
    }

    @ParameterizedTest
    @EnumSource
    void aFloodEndsItsConnectionAndNoOther(Flood flood) throws Exception {
        try (Stage stage =
                        Stage.start(s -> {
                            s.http2Frames = 300;
                            s.http2Resets = 100;
                        });
                RawClient healthy = stage.connect();
                RawH2Client alsoHealthy = new RawH2Client(stage.port());
                RawH2Client attacker = new RawH2Client(stage.port())) {
            healthy.post("/chat/stream", Stage.simpleBody(LONG + "+seed-1"));
            alsoHealthy.post(1, LONG + "+seed-2").flush();
            stage.exchange(LONG + "+seed-1");
            stage.exchange(LONG + "+seed-2");
            flood.begin(attacker);
            for (int i = 0; i < 3000; i++) {
                flood.one(attacker, i);
            }
            // Whoever floods does not read: in a thread of its own, so that neither waits.
            Thread flooding = Thread.ofVirtual().start(attacker::flushWhatIsTaken);
            assertThat(attacker.awaitEnd()).isIn(Http2Error.ENHANCE_YOUR_CALM, null);
            flooding.join();
            Stage.await("counted", () -> stage.metric(METRIC, "ENHANCE_YOUR_CALM") == 1);
            healthy.readHead();
            assertThat(Stage.events(healthy.readChunks())).hasSize(41).last().isEqualTo("[DONE]");
            assertThat(Stage.events(alsoHealthy.awaitBody(1))).hasSize(41);
            stage.awaitIdle();
        }
    }
}
