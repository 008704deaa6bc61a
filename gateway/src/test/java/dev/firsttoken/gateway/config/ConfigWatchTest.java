package dev.firsttoken.gateway.config;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigWatchTest {

    @TempDir Path directory;

    /// What the listener was told, in order.
    private final BlockingQueue<ConfigReading> told = new LinkedBlockingQueue<>();

    private ConfigWatch watch(Path file) throws IOException {
        return watch(file, told::add);
    }

    private ConfigWatch watch(Path file, Consumer<ConfigReading> to) throws IOException {
        ConfigSource source = ConfigSource.file(file, Map.of());
        return watch(source, Reading.accepted(source.read()), to);
    }

    private static ConfigWatch watch(
            ConfigSource source, ConfigReading.Accepted current, Consumer<ConfigReading> to)
            throws IOException {
        return ConfigWatch.start(
                source,
                current,
                new ConfigWatch.Listener() {
                    @Override
                    public void reloaded(ConfigReading.Accepted reading) {
                        to.accept(reading);
                    }

                    @Override
                    public void refused(ConfigReading.Refused reading) {
                        to.accept(reading);
                    }
                });
    }

    /// A first change may be found by the look at the start; only a second one proves the watch.
    private String nextModel() throws InterruptedException {
        ConfigReading next = told.poll(20, SECONDS);
        assertThat(next).isNotNull();
        return Reading.accepted(next).config().defaultModel();
    }

    private Path write(String name, String yaml) throws IOException {
        return Files.writeString(directory.resolve(name), yaml);
    }

    @Test
    void aWrittenFileIsReadAgain() throws Exception {
        Path file = write("ft.yaml", "default-model: a\n");
        try (ConfigWatch watch = watch(file)) {
            write("ft.yaml", "default-model: b\n");
            assertThat(nextModel()).isEqualTo("b");
            write("ft.yaml", "default-model: c\n");
            assertThat(nextModel()).isEqualTo("c");
        }
    }

    @Test
    void aChangeBeforeTheWatchBeganIsNotLost() throws Exception {
        Path file = write("ft.yaml", "default-model: a\n");
        ConfigSource source = ConfigSource.file(file, Map.of());
        ConfigReading.Accepted old = Reading.accepted(source.read());
        write("ft.yaml", "default-model: b\n");
        try (ConfigWatch watch = watch(source, old, told::add)) {
            assertThat(nextModel()).isEqualTo("b");
        }
    }

    @Test
    void aRenamedFileIsReadAgainAsEditorsDo() throws Exception {
        Path file = write("ft.yaml", "default-model: a\n");
        try (ConfigWatch watch = watch(file)) {
            Path next = write("ft.yaml~", "default-model: b\n");
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
            assertThat(nextModel()).isEqualTo("b");
            next = write("ft.yaml~", "default-model: c\n");
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
            assertThat(nextModel()).isEqualTo("c");
        }
    }

    @Test
    void aSwappedLinkIsReadAgainAsKubernetesDoes() throws Exception {
        Path first = generation("..2026_01", "a");
        Files.createSymbolicLink(directory.resolve("..data"), first.getFileName());
        Path file =
                Files.createSymbolicLink(
                        directory.resolve("ft.yaml"), Path.of("..data", "ft.yaml"));
        try (ConfigWatch watch = watch(file)) {
            swapTo(generation("..2026_02", "b"));
            Files.delete(first.resolve("ft.yaml"));
            Files.delete(first);
            assertThat(nextModel()).isEqualTo("b");
            swapTo(generation("..2026_03", "c"));
            assertThat(nextModel()).isEqualTo("c");
        }
    }

    private Path generation(String name, String model) throws IOException {
        Path generation = Files.createDirectory(directory.resolve(name));
        Files.writeString(generation.resolve("ft.yaml"), "default-model: " + model + "\n");
        return generation;
    }

    private void swapTo(Path generation) throws IOException {
        Path next =
                Files.createSymbolicLink(directory.resolve("..data_tmp"), generation.getFileName());
        Files.move(next, directory.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
    }

    @Test
    void theTargetOfALinkElsewhereIsWatchedToo() throws Exception {
        Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
        Path target = Files.writeString(elsewhere.resolve("real.yaml"), "default-model: a\n");
        Path here = Files.createDirectory(directory.resolve("here"));
        Path file = Files.createSymbolicLink(here.resolve("ft.yaml"), target);
        try (ConfigWatch watch = watch(file)) {
            Files.writeString(target, "default-model: b\n");
            assertThat(nextModel()).isEqualTo("b");
            Files.writeString(target, "default-model: c\n");
            assertThat(nextModel()).isEqualTo("c");
        }
    }

    @Test
    void aSecretInAFileOfItsOwnIsReadAgain() throws Exception {
        Path secrets = Files.createDirectory(directory.resolve("secrets"));
        Files.writeString(secrets.resolve("model"), "a\n");
        Path file = write("ft.yaml", "default-model: ${file:secrets/model}\n");
        try (ConfigWatch watch = watch(file)) {
            Files.writeString(secrets.resolve("model"), "b\n");
            assertThat(nextModel()).isEqualTo("b");
            Files.writeString(secrets.resolve("model"), "c\n");
            assertThat(nextModel()).isEqualTo("c");
        }
    }

    @Test
    void aFileThatAReloadBroughtInIsWatchedFromThenOn() throws Exception {
        Path secrets = Files.createDirectory(directory.resolve("secrets"));
        Path file = write("ft.yaml", "default-model: a\n");
        try (ConfigWatch watch = watch(file)) {
            write("ft.yaml", "default-model: ${file:secrets/model}\n");
            assertThat(told.poll(20, SECONDS)).isInstanceOf(ConfigReading.Refused.class);
            Files.writeString(secrets.resolve("next"), "b\n");
            Files.move(secrets.resolve("next"), secrets.resolve("model"));
            assertThat(nextModel()).isEqualTo("b");
        }
    }

    @Test
    void aBrokenFileIsRefusedAndAMendedOneAccepted() throws Exception {
        Path file = write("ft.yaml", "default-model: a\n");
        try (ConfigWatch watch = watch(file)) {
            write("ft.yaml", "defualt-model: b\n");
            ConfigReading refused = told.poll(20, SECONDS);
            assertThat(refused).isInstanceOf(ConfigReading.Refused.class);
            assertThat(new Reading(directory).printed(refused))
                    .containsExactly(
                            "ft.yaml:1:1: error: defualt-model: unknown key (did you mean"
                                    + " default-model?)");
            write("ft.yaml", "default-model: c\n");
            assertThat(nextModel()).isEqualTo("c");
        }
    }

    @Test
    void reloadNowReadsAtOnceAndTellsBeforeItReturns() throws Exception {
        Path file = write("ft.yaml", "default-model: a\n");
        try (ConfigWatch watch = watch(file)) {
            assertThat(Reading.accepted(watch.reloadNow()).config().defaultModel()).isEqualTo("a");
            assertThat(told).hasSize(1);
        }
    }

    @Test
    void keysThatNeedARestartAreNamed() throws Exception {
        Path file = write("ft.yaml", "server: {port: 1, event-loops: 2}\n");
        try (ConfigWatch watch = watch(file)) {
            for (String drain : List.of("5s", "6s")) {
                write("ft.yaml", "server: {port: 3, event-loops: 2, drain: " + drain + "}\n");
                assertThat(new Reading(directory).printed(told.poll(20, SECONDS)))
                        .containsExactly(
                                "ft.yaml:1:16: warning: server.port: 3 needs a restart (in force"
                                        + " until then: 1)");
            }
        }
    }

    @Test
    void aListenerThatFailsIsToldTheNextTime() throws Exception {
        Path file = write("ft.yaml", "default-model: a\n");
        Consumer<ConfigReading> failing =
                reading -> {
                    told.add(reading);
                    throw new IllegalStateException("a listener that fails");
                };
        try (ConfigWatch watch = watch(file, failing)) {
            write("ft.yaml", "default-model: b\n");
            assertThat(nextModel()).isEqualTo("b");
            write("ft.yaml", "default-model: c\n");
            assertThat(nextModel()).isEqualTo("c");
        }
    }
}
