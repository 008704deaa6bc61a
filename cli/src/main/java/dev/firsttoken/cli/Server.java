package dev.firsttoken.cli;

import dev.firsttoken.cli.logging.Logging;
import dev.firsttoken.gateway.DataFolderException;
import dev.firsttoken.gateway.Gateway;
import dev.firsttoken.gateway.config.Config;
import dev.firsttoken.gateway.config.ConfigReading;
import dev.firsttoken.gateway.config.ConfigSource;
import dev.firsttoken.gateway.config.ConfigWatch;
import dev.firsttoken.gateway.config.Problem;
import dev.firsttoken.simulator.Simulator;
import dev.firsttoken.simulator.SimulatorOptions;
import dev.firsttoken.simulator.Timing;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A gateway and what belongs to it in this process: the built-in simulator when there is no other
/// provider, the watch on the configuration, and the signals that steer it.
final class Server implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Server.class);

    /// How long streams may go on after a second signal.
    private static final Duration IMPATIENT = Duration.ofSeconds(5);

    private final Gateway gateway;
    private final @Nullable Simulator simulator;
    private final ConfigWatch watch;
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();

    /// What is in force. Replaced by a reload.
    private volatile Config config;

    private Server(ConfigSource source, ConfigReading.Accepted reading) throws IOException {
        config = reading.config();
        simulator = config.providers().isEmpty() ? startSimulator() : null;
        gateway = startGateway(withSimulator(config));
        watch = ConfigWatch.start(source, reading, new Reload());
        Signals.on("TERM", () -> events.add(new Event.Stop("SIGTERM")));
        Signals.on("INT", () -> events.add(new Event.Stop("SIGINT")));
        Signals.on("HUP", watch::reloadNow);
    }

    /// Listens and serves, or fails with a [CommandFailure] that says why not.
    static Server start(ConfigSource source, ConfigReading.Accepted reading) throws IOException {
        return new Server(source, reading);
    }

    private static Simulator startSimulator() {
        try {
            return Simulator.start(SimulatorOptions.defaults().withTiming(Timing.lifelike()));
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.NO_CONNECTION, "cannot start the simulator: " + e.getMessage());
        }
    }

    private Gateway startGateway(Config config) {
        try {
            return Gateway.start(config);
        } catch (IOException e) {
            if (simulator != null) {
                simulator.close();
            }
            if (e instanceof DataFolderException unusable) {
                throw new CommandFailure(ExitCode.DATA_UNUSABLE, unusable.reason());
            }
            String address = config.server().host() + ":" + config.server().port();
            throw new CommandFailure(ExitCode.NO_CONNECTION, Bind.explain(address, e));
        }
    }

    private Config withSimulator(Config config) {
        return simulator == null || !config.providers().isEmpty()
                ? config
                : config.withFreeProvider(Config.Provider.at("simulator", simulator.baseUrl()));
    }

    /// Says in a few lines what is served and how to see a stream.
    void announce(PrintWriter out) {
        if (config.log().format() == Config.Log.Format.TEXT) {
            out.print(Announcement.text(gateway.address(), config));
            out.flush();
        } else {
            LOG.atInfo()
                    .addKeyValue("address", Announcement.url(gateway.address(), config))
                    .addKeyValue("version", Version.number())
                    .log("listening");
        }
    }

    /// Serves until a signal says stop and the running streams have ended.
    ///
    /// @return an [ExitCode]
    int runUntilStopped() throws InterruptedException {
        int asked = 0;
        int cut = 0;
        int drains = 0;
        do {
            switch (events.take()) {
                case Event.Stop stop -> {
                    Duration patience =
                            switch (asked++) {
                                case 0 -> config.server().drain();
                                case 1 -> shorter(IMPATIENT, config.server().drain());
                                default -> Duration.ZERO;
                            };
                    LOG.info(
                            "{}: nothing new is accepted, running streams have {} ms to end",
                            stop.signal(),
                            patience.toMillis());
                    drains++;
                    Thread.ofVirtual()
                            .name("drain")
                            .start(() -> events.add(new Event.Drained(gateway.drain(patience))));
                }
                case Event.Drained drained -> {
                    drains--;
                    cut += drained.cut();
                }
            }
        } while (asked == 0 || drains > 0);
        if (cut > 0) {
            LOG.warn("stopped; {} streams were ended early", cut);
            return ExitCode.STREAMS_CUT;
        }
        LOG.info("stopped");
        return ExitCode.OK;
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    @Override
    public void close() {
        watch.close();
        gateway.close();
        if (simulator != null) {
            simulator.close();
        }
    }

    private sealed interface Event {
        record Stop(String signal) implements Event {}

        record Drained(int cut) implements Event {}
    }

    private final class Reload implements ConfigWatch.Listener {

        @Override
        public void reloaded(ConfigReading.Accepted reading) {
            Config next = reading.config();
            if (next.providers().isEmpty() && simulator == null) {
                LOG.error(
                        "The configuration has no provider any more; the one before stays in"
                                + " force. A restart would serve the built-in simulator.");
                return;
            }
            if (!next.log().equals(config.log())) {
                Logging.apply(next.log(), System.out);
            }
            try {
                gateway.reload(withSimulator(next));
            } catch (IOException e) {
                LOG.error(
                        "The configuration was not reloaded; the one before stays in force: {}",
                        e.getMessage());
                return;
            }
            config = next;
            for (Problem warning : reading.warnings()) {
                LOG.warn("{}", warning);
            }
            LOG.info("The configuration was reloaded; running streams keep the one before");
        }

        @Override
        public void refused(ConfigReading.Refused reading) {
            for (Problem problem : reading.problems()) {
                LOG.error("{}", problem);
            }
            LOG.error("The configuration was not reloaded; the one before stays in force");
        }
    }
}
