package dev.firsttoken.gateway.recorded;

import dev.firsttoken.gateway.Gateway;
import dev.firsttoken.gateway.config.CallerKeys;
import dev.firsttoken.gateway.config.Config;
import dev.firsttoken.gateway.config.ConfigReading;
import dev.firsttoken.gateway.config.ConfigSource;
import dev.firsttoken.gateway.provider.KnownProviders;
import dev.firsttoken.gateway.provider.ProviderDialect;
import dev.firsttoken.simulator.Simulator;
import dev.firsttoken.simulator.SimulatorOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// A gateway with a simulator as its only provider, both on ports of their own.
public record Rig(Simulator simulator, Gateway gateway) implements AutoCloseable {

    /// Longer than any test.
    private static final Duration QUIET = Duration.ofHours(1);

    /// Of those in the folder that are made for this machine.
    static final String CERTIFICATE = "first-certificate.pem";

    private static final ConfigSource PLAIN = ConfigSource.environment(Map.of());
    private static final ProviderDialect USUAL = KnownProviders.DIALECTS.getFirst();

    /// Without heartbeats, so that a slow machine changes no byte.
    public static Rig start() throws IOException {
        Simulator simulator = Simulator.start(SimulatorOptions.defaults());
        return new Rig(simulator, gateway(simulator, QUIET, PLAIN, USUAL));
    }

    /// Another gateway in front of the same simulator, with a sign of life after so long a silence.
    /// A refusal that takes longer than that cannot have its status any more.
    public Gateway startWithHeartbeat(Duration heartbeat) throws IOException {
        return gateway(simulator, heartbeat, PLAIN, USUAL);
    }

    /// Another gateway in front of the same simulator, which speaks HTTPS and lets in whoever shows
    /// this key.
    ///
    /// @param tls the folder with the certificate and its key
    public Gateway startLocked(String key, Path tls) throws IOException {
        Path file = Files.createTempFile("rig", ".yaml");
        try {
            Files.writeString(
                    file,
                    "server: {tls: {certificate: %s, key: %s}}\nkeys: [{name: one, sha256: %s}]\n"
                            .formatted(
                                    tls.resolve(CERTIFICATE),
                                    tls.resolve("first-key.pem"),
                                    CallerKeys.sha256(key)));
            return gateway(simulator, QUIET, ConfigSource.file(file, Map.of()), USUAL);
        } finally {
            Files.delete(file);
        }
    }

    /// Another gateway in front of the same simulator, which speaks this dialect to it.
    public Gateway startSpeaking(ProviderDialect dialect) throws IOException {
        return gateway(simulator, QUIET, PLAIN, dialect);
    }

    /// Where the simulator is, without a path.
    public URI simulatorUrl() {
        return simulator.baseUrl().resolve("/");
    }

    private static Gateway gateway(
            Simulator simulator, Duration heartbeat, ConfigSource source, ProviderDialect dialect)
            throws IOException {
        var reading = source.with("server.port", "0", "the test").read();
        if (!(reading instanceof ConfigReading.Accepted accepted)) {
            throw new IllegalStateException(reading.validation());
        }
        return Gateway.start(
                withHeartbeat(accepted.config(), heartbeat)
                        .withProvider(
                                new Config.Provider(
                                        "simulator",
                                        dialect.rootInUrl()
                                                ? simulator.baseUrl()
                                                : simulator.baseUrl().resolve("/"),
                                        null,
                                        null,
                                        Config.Protocol.AUTO,
                                        null,
                                        List.of(),
                                        0,
                                        16,
                                        dialect,
                                        null,
                                        null,
                                        null)));
    }

    private static Config withHeartbeat(Config config, Duration heartbeat) {
        Config.Deadlines was = config.deadlines();
        return new Config(
                config.server(),
                config.providers(),
                config.models(),
                config.defaultModel(),
                config.keys(),
                config.limits(),
                config.http(),
                new Config.Deadlines(
                        was.connect(),
                        was.firstToken(),
                        was.stall(),
                        was.total(),
                        heartbeat,
                        was.requestHead(),
                        was.requestBody(),
                        was.writeStall(),
                        was.idleConnection(),
                        was.progress(),
                        was.firstByte(),
                        was.queue()),
                config.streams(),
                config.prices(),
                config.log());
    }

    /// Where the gateway is, without a path.
    public URI gatewayUrl() {
        return url(gateway);
    }

    public static URI url(Gateway gateway) {
        return URI.create("http://127.0.0.1:" + gateway.address().getPort());
    }

    @Override
    public void close() {
        gateway.close();
        simulator.close();
    }
}
