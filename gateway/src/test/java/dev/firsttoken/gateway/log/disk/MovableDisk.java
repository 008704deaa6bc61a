package dev.firsttoken.gateway.log.disk;

import dev.firsttoken.gateway.config.Config;
import dev.firsttoken.gateway.relay.StreamStore;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/// A disk that is full, hangs or breaks when a test says so, for tests that see only the server.
public final class MovableDisk {

    private final FaultyStorage storage = new FaultyStorage();

    public StreamStore open(Config.Disk settings) throws IOException {
        var log =
                DiskLog.open(
                        settings.folder(),
                        new DiskLogSettings(
                                DiskLogSettings.Level.PROCESS,
                                1,
                                1L << 20,
                                settings.keep(),
                                settings.bytes(),
                                16L << 20,
                                Duration.ofMillis(1),
                                Duration.ofMillis(5),
                                settings.patience()),
                        storage,
                        Clocks.system());
        return StreamStore.on(log, settings.patience());
    }

    public void fill() {
        storage.freeBytes = 0;
    }

    public void empty() {
        storage.freeBytes = Long.MAX_VALUE;
    }

    /// Writes hang until [#goOn].
    public void hang() {
        storage.writeGate = new CountDownLatch(1);
    }

    public void goOn() {
        CountDownLatch gate = storage.writeGate;
        storage.writeGate = new CountDownLatch(0);
        gate.countDown();
    }

    public void readsFail(boolean fail) {
        storage.readFails = fail;
    }
}
