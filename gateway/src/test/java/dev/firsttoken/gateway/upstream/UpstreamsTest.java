package dev.firsttoken.gateway.upstream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.firsttoken.gateway.config.Config.Protocol;
import dev.firsttoken.gateway.config.Config.Provider;
import dev.firsttoken.gateway.net.EventLoops;
import dev.firsttoken.simulator.Simulator;
import dev.firsttoken.simulator.SimulatorOptions;
import dev.firsttoken.wire.event.Failure;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaders;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What calls of one server share must not hurt one because of another, and no call is left
/// waiting.
class UpstreamsTest {

    private static final Path TLS = Path.of("src/test/resources/tls");
    private static final Path CERTIFICATE = TLS.resolve("first-certificate.pem");
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final UpstreamSettings SETTINGS = new UpstreamSettings(64 * 1024, 200, 1 << 20);

    private static UpstreamRequest request() {
        byte[] body =
                "{\"model\":\"sim/tokens-1\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}"
                        .getBytes(UTF_8);
        return UpstreamRequest.post("/chat/completions", body, false);
    }

    @Test
    void aCallThatGivesUpOnASharedConnectionDoesNotTakeTheOthersWithIt() throws Exception {
        try (var simulator =
                        Simulator.start(
                                SimulatorOptions.defaults()
                                        .withTls(CERTIFICATE, TLS.resolve("first-key.pem")));
                var way = new StonyWay(simulator.baseUrl().getPort());
                var loops = new EventLoops(1);
                var upstreams = new Upstreams(loops, () -> SETTINGS)) {
            Endpoint endpoint =
                    Endpoint.of(
                            new Provider(
                                    "house",
                                    URI.create("https://127.0.0.1:" + way.port() + "/v1"),
                                    null,
                                    null,
                                    Protocol.HTTP_2,
                                    CERTIFICATE,
                                    List.of()));
            EventLoop loop = (EventLoop) loops.workers().iterator().next();
            var hasty = new Ending();
            var patient = new Ending();
            // In one turn of the loop, so that both wait for the same connection.
            loop.execute(() -> {
                upstreams.open(loop, endpoint, request(), Duration.ofMillis(300), hasty);
                upstreams.open(loop, endpoint, request(), LONG, patient);
            });
            assertThat(hasty.get()).isEqualTo("upstream_connect_timeout");
            assertThat(patient.get()).isEqualTo("complete");
            assertThat(simulator.exchanges()).hasSize(1);
        }
    }

    @Test
    void aDefectOfOursEndsTheCall() throws Exception {
        try (var simulator = Simulator.start(SimulatorOptions.defaults());
                var loops = new EventLoops(1);
                var upstreams = new Upstreams(loops, () -> SETTINGS)) {
            Endpoint endpoint = Endpoint.of(Provider.at("house", simulator.baseUrl()));
            EventLoop loop = (EventLoop) loops.workers().iterator().next();
            for (Ending defect :
                    List.of(
                            new Ending() {
                                @Override
                                public void connected() {
                                    throw new IllegalStateException("a defect, for this test");
                                }
                            },
                            new Ending() {
                                @Override
                                public void head(int status, HttpHeaders headers) {
                                    throw new IllegalStateException("a defect, for this test");
                                }
                            },
                            new Ending() {
                                @Override
                                public void body(ByteBuf bytes) {
                                    throw new IllegalStateException("a defect, for this test");
                                }
                            },
                            new Ending() {
                                @Override
                                public void end() {
                                    throw new IllegalStateException("a defect, for this test");
                                }
                            })) {
                loop.execute(() -> upstreams.open(loop, endpoint, request(), LONG, defect));
                assertThat(defect.get()).isEqualTo("internal_error");
            }
        }
    }

    @Test
    void aCallThatPausesAtItsEndLeavesAConnectionThatReads() throws Exception {
        try (var simulator = Simulator.start(SimulatorOptions.defaults());
                var loops = new EventLoops(1);
                var upstreams = new Upstreams(loops, () -> SETTINGS)) {
            Endpoint endpoint = Endpoint.of(Provider.at("house", simulator.baseUrl()));
            EventLoop loop = (EventLoop) loops.workers().iterator().next();
            var behind =
                    new Ending() {
                        @Nullable UpstreamCall call;

                        @Override
                        public void readComplete() {
                            if (call != null) {
                                call.pause();
                                loop.execute(call::resume);
                            }
                        }
                    };
            loop.execute(
                    () -> behind.call = upstreams.open(loop, endpoint, request(), LONG, behind));
            assertThat(behind.get()).isEqualTo("complete");

            var next = new Ending();
            loop.execute(() -> upstreams.open(loop, endpoint, request(), LONG, next));
            assertThat(next.get()).isEqualTo("complete");
            assertThat(simulator.exchanges()).hasSize(2);
        }
    }

    /// Waits for how a call ends.
    private static class Ending implements UpstreamListener {
        private final CompletableFuture<String> how = new CompletableFuture<>();

        String get() throws Exception {
            return how.get(LONG.toSeconds(), TimeUnit.SECONDS);
        }

        @Override
        public void connected() {}

        @Override
        public void head(int status, HttpHeaders headers) {}

        @Override
        public void body(ByteBuf bytes) {}

        @Override
        public void readComplete() {}

        @Override
        public void end() {
            how.complete("complete");
        }

        @Override
        public void failed(Failure failure) {
            how.complete(failure.kind().code());
        }
    }

    /// A way to a server on which the first one who comes gets nowhere.
    private static final class StonyWay implements AutoCloseable {
        private final ServerSocket listener;
        private final int to;

        StonyWay(int to) throws IOException {
            this.to = to;
            listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
            Thread.ofVirtual().start(this::accept);
        }

        int port() {
            return listener.getLocalPort();
        }

        private void accept() {
            try {
                Socket stuck = listener.accept();
                while (true) {
                    Socket near = listener.accept();
                    var far = new Socket(InetAddress.getLoopbackAddress(), to);
                    Thread.ofVirtual().start(() -> carry(near, far));
                    Thread.ofVirtual().start(() -> carry(far, near));
                    stuck.close();
                }
            } catch (IOException _) {
                // Closed.
            }
        }

        private static void carry(Socket from, Socket to) {
            try (from;
                    to) {
                from.getInputStream().transferTo(to.getOutputStream());
            } catch (IOException _) {
                // One of them left.
            }
        }

        @Override
        public void close() throws IOException {
            listener.close();
        }
    }
}
