package dev.firsttoken.gateway.recorded;

import dev.firsttoken.gateway.Gateway;
import dev.firsttoken.gateway.config.Config;
import dev.firsttoken.gateway.config.ConfigReading;
import dev.firsttoken.gateway.config.ConfigSource;
import dev.firsttoken.simulator.Simulator;
import dev.firsttoken.simulator.SimulatorOptions;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;

/// A gateway with a simulator as its only provider, both on ports of their own.
public record Rig(Simulator simulator, Gateway gateway) implements AutoCloseable {

    /// Without heartbeats, so that a slow machine changes no byte.
    public static Rig start() throws IOException {
        return start(Duration.ofHours(1));
    }

    /// @param heartbeat silence towards the client before it gets a sign of life
    public static Rig start(Duration heartbeat) throws IOException {
        Simulator simulator = Simulator.start(SimulatorOptions.defaults());
        var reading =
                ConfigSource.environment(Map.of()).with("server.port", "0", "the test").read();
        if (!(reading instanceof ConfigReading.Accepted accepted)) {
            throw new IllegalStateException(reading.validation());
        }
        Config config =
                withHeartbeat(accepted.config(), heartbeat)
                        .withProvider(Config.Provider.at("simulator", simulator.baseUrl()));
        return new Rig(simulator, Gateway.start(config));
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
                new Config.Deadlines(
                        was.connect(),
                        was.firstToken(),
                        was.stall(),
                        was.total(),
                        heartbeat,
                        was.requestHead(),
                        was.requestBody(),
                        was.writeStall(),
                        was.idleConnection()),
                config.log());
    }

    /// Where the gateway is, without a path.
    public URI gatewayUrl() {
        return URI.create("http://127.0.0.1:" + gateway.address().getPort());
    }

    @Override
    public void close() {
        gateway.close();
        simulator.close();
    }
}
