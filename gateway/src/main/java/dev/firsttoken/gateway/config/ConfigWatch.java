package dev.firsttoken.gateway.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads a configuration again when a file that it depends on changes, and hands over what came
/// out.
///
/// It watches *directories*: editors rename, and Kubernetes swaps a link to a directory, so a watch
/// on the file itself would go blind. What counts is the content, so touching a file does nothing,
/// and a look from time to time finds what a network file system did not report. The listener is
/// called by the watch's own thread or by whoever calls [#reloadNow], never by two at once.
public final class ConfigWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ConfigWatch.class);

    /// An editor's save is several events; we wait until it has been quiet this long.
    private static final Duration QUIET = Duration.ofMillis(100);

    private static final int MAX_EVENTS_PER_SAVE = 50;
    private static final Duration LOOK_ANYWAY = Duration.ofSeconds(30);

    private final ConfigSource source;
    private final Listener listener;
    private final WatchService service;
    private final ReentrantLock reading = new ReentrantLock();

    /// The values that only a restart changes, as they were at the start.
    private final Map<String, String> fixed;

    // Below: guarded by `reading`.
    private List<Path> files;
    private String fingerprint;

    /// Who is told.
    public interface Listener {

        /// A new configuration that can be served. Its warnings name keys that changed but need a
        /// restart.
        void reloaded(ConfigReading.Accepted reading);

        /// What the files say now cannot be served; the configuration before stays in force.
        void refused(ConfigReading.Refused reading);
    }

    private ConfigWatch(ConfigSource source, ConfigReading.Accepted current, Listener listener)
            throws IOException {
        this.source = source;
        this.listener = listener;
        this.files = current.files();
        this.fixed = fixed(current.settings());
        this.service =
                files.isEmpty()
                        ? Path.of("").getFileSystem().newWatchService()
                        : files.getFirst().getFileSystem().newWatchService();
        watchDirectories();
        this.fingerprint = fingerprint(files);
    }

    /// Starts to watch.
    ///
    /// @param current what was read from the source and is in force now
    /// @throws IOException when the system has no watch to give
    public static ConfigWatch start(
            ConfigSource source, ConfigReading.Accepted current, Listener listener)
            throws IOException {
        ConfigWatch watch = new ConfigWatch(source, current, listener);
        Thread.ofPlatform().daemon().name("config-watch").start(() -> watch.run(current));
        return watch;
    }

    /// Reads again at once, whether or not anything changed, and tells the listener before it
    /// returns.
    public ConfigReading reloadNow() {
        reading.lock();
        try {
            ConfigReading result = read();
            tell(result);
            return result;
        } finally {
            reading.unlock();
        }
    }

    /// Stops watching. A call of the listener that is under way comes to its end.
    @Override
    public void close() {
        try {
            service.close();
        } catch (IOException e) {
            LOG.debug("closing the watch", e);
        }
    }

    private void run(ConfigReading.Accepted current) {
        try {
            // A change between the first reading and the start of the watch raised no event.
            if (!source.read().equals(current)) {
                waitUntilQuiet();
                reloadNow();
            }
            while (true) {
                WatchKey key = service.poll(LOOK_ANYWAY.toMillis(), TimeUnit.MILLISECONDS);
                if (key != null) {
                    forget(key);
                    waitUntilQuiet();
                }
                reloadIfChanged();
            }
        } catch (ClosedWatchServiceException e) {
            LOG.debug("no longer watching the configuration");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void reloadIfChanged() {
        reading.lock();
        try {
            if (!fingerprint(files).equals(fingerprint)) {
                tell(read());
            }
            watchDirectories();
        } finally {
            reading.unlock();
        }
    }

    /// A file that is half written may well be valid, and mean something else.
    private void waitUntilQuiet() throws InterruptedException {
        for (int i = 0; i < MAX_EVENTS_PER_SAVE; i++) {
            WatchKey key = service.poll(QUIET.toMillis(), TimeUnit.MILLISECONDS);
            if (key == null) {
                return;
            }
            forget(key);
        }
    }

    private static void forget(WatchKey key) {
        key.pollEvents();
        key.reset();
    }

    /// The fingerprint is older than what is read, so that a change in between is found the next
    /// time.
    private ConfigReading read() {
        fingerprint = fingerprint(files);
        ConfigReading result = source.read();
        if (!result.files().equals(files)) {
            files = result.files();
            fingerprint = fingerprint(files);
            result = source.read();
        }
        watchDirectories();
        return result;
    }

    private void tell(ConfigReading result) {
        try {
            switch (result) {
                case ConfigReading.Accepted accepted ->
                        listener.reloaded(withRestartHints(accepted));
                case ConfigReading.Refused refused -> listener.refused(refused);
            }
        } catch (RuntimeException e) {
            // The next change deserves its chance.
            LOG.error("The new configuration was read but could not be put in force", e);
        }
    }

    private ConfigReading.Accepted withRestartHints(ConfigReading.Accepted accepted) {
        List<Problem> warnings = new ArrayList<>(accepted.warnings());
        for (Setting setting : accepted.settings()) {
            String before = fixed.get(setting.path());
            if (before != null && !before.equals(setting.value())) {
                warnings.add(
                        Problem.warning(
                                setting.origin(),
                                setting.path(),
                                setting.value()
                                        + " needs a restart (in force until then: "
                                        + before
                                        + ")"));
            }
        }
        return new ConfigReading.Accepted(
                accepted.config(), accepted.settings(), Problem.sorted(warnings), accepted.files());
    }

    private static Map<String, String> fixed(List<Setting> settings) {
        Map<String, String> fixed = new HashMap<>();
        for (Setting setting : settings) {
            if (!setting.reloadable()) {
                fixed.put(setting.path(), setting.value());
            }
        }
        return Map.copyOf(fixed);
    }

    /// The directories that hold the files, and those that hold what links among them point to.
    private void watchDirectories() {
        Set<Path> wanted = new HashSet<>();
        for (Path file : files) {
            addParent(wanted, file);
            try {
                addParent(wanted, file.toRealPath());
            } catch (IOException e) {
                LOG.debug("{} is not there now", file);
            }
        }
        // A directory that was replaced has lost its watch; registering a watched one again is
        // harmless.
        for (Path directory : wanted) {
            try {
                directory.register(
                        service,
                        StandardWatchEventKinds.ENTRY_CREATE,
                        StandardWatchEventKinds.ENTRY_MODIFY,
                        StandardWatchEventKinds.ENTRY_DELETE);
            } catch (IOException | ClosedWatchServiceException e) {
                LOG.debug("{} cannot be watched now", directory);
            }
        }
    }

    private static void addParent(Set<Path> directories, Path file) {
        Path parent = file.toAbsolutePath().getParent();
        if (parent != null) {
            directories.add(parent);
        }
    }

    private static String fingerprint(List<Path> files) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (Path file : files) {
                digest.update(file.toString().getBytes(StandardCharsets.UTF_8));
                digest.update((byte) 0);
                digest.update(contents(file));
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static byte[] contents(Path file) {
        try (var in = Files.newInputStream(file)) {
            return in.readNBytes(YamlFile.MAX_BYTES + 1);
        } catch (IOException e) {
            return new byte[] {0};
        }
    }
}
