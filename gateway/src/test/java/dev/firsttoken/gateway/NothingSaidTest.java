package dev.firsttoken.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.read.ListAppender;
import dev.firsttoken.gateway.config.Config.Protocol;
import dev.firsttoken.simulator.Script;
import dev.firsttoken.simulator.Simulator;
import dev.firsttoken.simulator.SimulatorOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/// Nothing that a user or a model says, and no key, is in any log line or metric, whatever the
/// level.
class NothingSaidTest {

    private static final String PROMPT = "canaryprompt";
    private static final String ANSWER = "canaryanswer";
    private static final String OUR_KEY = "sk-canaryours";
    private static final String THEIR_KEY = "ft-canarytheirs";
    private static final String MODEL = "canarymodel";

    @Test
    void noWordAndNoKeyIsLoggedOrCounted() throws Exception {
        var root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
        var lines = new ListAppender<ILoggingEvent>();
        lines.start();
        Level before = root.getLevel();
        root.setLevel(Level.TRACE);
        root.addAppender(lines);
        root.getAppender("console").stop();
        String metrics;
        try {
            metrics = goodAndBadRequests();
        } finally {
            root.detachAppender(lines);
            root.setLevel(before);
            root.getAppender("console").start();
        }
        List<String> ours = new ArrayList<>();
        for (ILoggingEvent event : List.copyOf(lines.list)) {
            // The simulator and this test's own clients are not what is tested.
            if (!event.getThreadName().startsWith("simulator")
                    && !event.getLoggerName().startsWith("jdk.")) {
                ours.add(text(event));
            }
        }
        assertThat(ours).anyMatch(line -> line.contains("end=completed"));
        assertThat(ours).allSatisfy(line -> assertThat(line).doesNotContainIgnoringCase("canary"));
        assertThat(metrics).contains("firsttoken_requests_total").doesNotContain("canary");
    }

    private static String text(ILoggingEvent event) {
        var text = new StringBuilder(event.getFormattedMessage());
        for (IThrowableProxy t = event.getThrowableProxy(); t != null; t = t.getCause()) {
            text.append(' ').append(t.getMessage());
        }
        return text.toString();
    }

    /// @return what the metrics show afterwards
    private static String goodAndBadRequests() throws Exception {
        try (var simulator = Simulator.start(SimulatorOptions.defaults().withApiKey(OUR_KEY));
                Stage stage =
                        Stage.before(
                                simulator,
                                s -> {
                                    s.provider("house", simulator.baseUrl(), OUR_KEY);
                                    s.provider("h2", simulator.baseUrl(), Protocol.HTTP_2, null);
                                    s.key("ada", THEIR_KEY);
                                    s.stall = Duration.ofMillis(150);
                                    s.firstToken = Duration.ofMillis(150);
                                    s.total = Duration.ofMillis(400);
                                    s.heartbeat = Duration.ofMillis(50);
                                    s.requestBodyBytes = 2000;
                                })) {
            simulator.script(MODEL, Script.text(ANSWER + " and more"));
            simulator.script(
                    MODEL + "-broken",
                    Script.sse(
                            ("data: {\"choices\":[{\"delta\":{\"content\":\""
                                            + ANSWER
                                            + "\"}}]}\n\ndata: {\"x\":"
                                            + ANSWER
                                            + "\n\n")
                                    .getBytes(UTF_8)));
            simulator.script(
                    MODEL + "-error",
                    Script.sse(
                            ("data: {\"error\":{\"message\":\""
                                            + ANSWER
                                            + " "
                                            + OUR_KEY
                                            + "\",\"type\":\"x\"}}\n\n")
                                    .getBytes(UTF_8)));
            for (String model :
                    List.of(
                            MODEL,
                            MODEL + "-broken",
                            MODEL + "-error",
                            "h2/" + MODEL,
                            "sim/status-400",
                            "sim/status-500",
                            "sim/stall-after-2",
                            "sim/silent",
                            "sim/reset-after-2",
                            "sim/html")) {
                for (boolean streamed : new boolean[] {true, false}) {
                    ask(stage, "/v1/chat/completions", chat(model, streamed), THEIR_KEY);
                }
                ask(stage, "/chat/stream", simple(model), THEIR_KEY);
            }
            ask(stage, "/chat/stream", simple(MODEL), THEIR_KEY + "x");
            ask(stage, "/chat/stream", "{\"" + PROMPT + "\":", THEIR_KEY);
            ask(stage, "/chat/stream", simple(PROMPT.repeat(300)), THEIR_KEY);
            ask(stage, "/v1/" + PROMPT + "?q=" + PROMPT, "{}", THEIR_KEY);
            try (RawClient client = stage.connect()) {
                client.send("G\u0000T " + PROMPT + "\r\nx-api-key " + THEIR_KEY + "\r\n\r\n");
                client.readToEnd();
            }
            try (RawClient client = stage.connect()) {
                client.post(
                        "/chat/stream",
                        "x-api-key: " + THEIR_KEY + "\r\n",
                        simple("sim/silent+seed-4"));
                stage.exchange("sim/silent+seed-4");
                client.reset();
            }
            try (H2Client client = new H2Client(stage.port())) {
                H2Client.Stream stream = client.post("/chat/stream", simple(MODEL));
                assertThat(stream.status()).isEqualTo(401);
            }
            return stage.send(stage.request("/metrics").header("x-api-key", THEIR_KEY)).body();
        }
    }

    private static String simple(String model) {
        return "{\"message\":\"%s\",\"model\":\"%s\"}".formatted(PROMPT, model);
    }

    private static String chat(String model, boolean stream) {
        return Stage.chatBody(model, stream).replace("Hi", PROMPT);
    }

    private static void ask(Stage stage, String path, String json, String key) throws Exception {
        stage.send(stage.post(path, json).header("Authorization", "Bearer " + key));
    }
}
