package dev.firsttoken.gateway.recorded;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpServer;
import dev.firsttoken.gateway.Gateway;
import dev.firsttoken.gateway.provider.KnownProviders;
import dev.firsttoken.gateway.provider.ProviderDialect;
import dev.firsttoken.simulator.Script;
import dev.firsttoken.simulator.Simulator;
import java.io.IOException;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// A gateway, one with frequent heartbeats and one that is locked, in front of a simulator that
/// plays every recorded stream under its name, for clients in other languages. Runs until its
/// standard input ends, so that it does not outlive who started it.
///
/// It needs no test library, so that `java` can run it from its source.
public final class RecordedServer {

    /// Short, so that a client that cannot bear a heartbeat meets one.
    private static final Duration HEARTBEAT = Duration.ofMillis(50);

    /// Longer than it takes to notice that somebody left.
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /// What has to be shown where a key is wanted.
    private static final String KEY = "a-key-that-is-no-secret";

    private RecordedServer() {}

    /// @param args the file to write to, once everything is there, what is where; the folder with
    ///   the certificate of the one that is locked
    public static void main(String[] args) throws IOException {
        Map<String, List<Recording>> recordings = new LinkedHashMap<>();
        recordings.put("openai", Recordings.chat());
        recordings.put("anthropic", Recordings.messages());
        if (recordings.get("openai").isEmpty()) {
            System.out.println("LEFT OUT: " + Recordings.missing());
        }
        List<Runnable> started = new ArrayList<>();
        try (Rig rig = Rig.start();
                Gateway lively = rig.startWithHeartbeat(HEARTBEAT);
                Gateway locked = rig.startLocked(KEY, Path.of(args[1]))) {
            for (List<Recording> family : recordings.values()) {
                for (Recording recording : family) {
                    rig.simulator().script(recording.name(), Script.sse(recording.body()));
                }
            }
            HttpServer watch = watch(rig.simulator());
            started.add(() -> watch.stop(0));
            Map<String, URI> roots = new LinkedHashMap<>();
            roots.put("simulator", rig.simulatorUrl());
            for (ProviderDialect dialect : KnownProviders.DIALECTS) {
                Gateway gateway = rig.startSpeaking(dialect);
                started.add(gateway::close);
                roots.put(dialect.name(), Rig.url(gateway));
            }
            Path file = Path.of(args[0]);
            Path trust = Path.of(args[1]).resolve(Rig.CERTIFICATE);
            Path part = file.resolveSibling(file.getFileName() + ".part");
            Files.writeString(
                    part, description(rig, lively, locked, trust, watch, roots, recordings));
            Files.move(part, file);
            while (System.in.read() >= 0) {
                // Whoever started it has not left.
            }
        } finally {
            started.forEach(Runnable::run);
        }
    }

    /// Answers `?TEXT` with how the provider's call with this text in its path or body ended, once
    /// it has: what a client cannot see for itself.
    private static HttpServer watch(Simulator simulator) throws IOException {
        HttpServer watch =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        watch.createContext(
                "/",
                exchange -> {
                    String text = exchange.getRequestURI().getQuery();
                    byte[] said = ending(simulator, text).getBytes(UTF_8);
                    exchange.sendResponseHeaders(200, said.length);
                    exchange.getResponseBody().write(said);
                    exchange.close();
                });
        watch.start();
        return watch;
    }

    private static String ending(Simulator simulator, String text) {
        try {
            return simulator
                    .awaitExchange(
                            exchange ->
                                    !exchange.isOpen()
                                            && (exchange.path() + exchange.bodyText())
                                                    .contains(text),
                            PATIENCE)
                    .ending()
                    .join()
                    .how()
                    .name();
        } catch (AssertionError e) {
            return "not within " + PATIENCE;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }

    /// @param roots by the dialect that is spoken to the simulator there
    /// @param recordings by the dialect that they were recorded from
    private static String description(
            Rig rig,
            Gateway lively,
            Gateway locked,
            Path trust,
            HttpServer watch,
            Map<String, URI> roots,
            Map<String, List<Recording>> recordings) {
        var text = new StringWriter();
        try (JsonGenerator json =
                new JsonFactory().createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            json.writeStringProperty("simulator", rig.simulator().baseUrl().toString());
            json.writeStringProperty("gateway", rig.gatewayUrl().toString());
            json.writeStringProperty("heartbeats", Rig.url(lively).toString());
            json.writeObjectPropertyStart("locked");
            json.writeStringProperty("url", "https://127.0.0.1:" + locked.address().getPort());
            json.writeStringProperty("key", KEY);
            json.writeStringProperty("trust", trust.toString());
            json.writeEndObject();
            json.writeObjectPropertyStart("roots");
            roots.forEach((name, url) -> json.writeStringProperty(name, text(url)));
            json.writeEndObject();
            json.writeStringProperty("watch", "http://127.0.0.1:" + watch.getAddress().getPort());
            json.writeObjectPropertyStart("recordings");
            recordings.forEach((family, all) -> {
                json.writeArrayPropertyStart(family);
                all.forEach(recording -> json.writeString(recording.name()));
                json.writeEndArray();
            });
            json.writeEndObject();
            json.writeEndObject();
        }
        return text.toString();
    }

    private static String text(URI root) {
        return root.toString().replaceFirst("/$", "");
    }
}
