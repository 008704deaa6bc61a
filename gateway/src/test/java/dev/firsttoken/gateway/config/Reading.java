package dev.firsttoken.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// A real file in a directory of the test's own, read.
record Reading(Path directory) {

    ConfigSource source(String yaml, Map<String, String> environment) {
        Path file = directory.resolve("ft.yaml");
        try {
            Files.writeString(file, yaml);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ConfigSource.file(file, environment);
    }

    ConfigReading of(String yaml, Map<String, String> environment) {
        return source(yaml, environment).read();
    }

    Config config(String yaml, Map<String, String> environment) {
        return accepted(of(yaml, environment)).config();
    }

    /// The problems as printed, without the directory, which is another one every time.
    List<String> problems(String yaml, Map<String, String> environment) {
        return printed(of(yaml, environment));
    }

    List<String> printed(ConfigReading reading) {
        return reading.problems().stream()
                .map(problem -> problem.toString().replace(directory + "/", ""))
                .toList();
    }

    static ConfigReading.Accepted accepted(ConfigReading reading) {
        assertThat(reading.validation()).endsWith("ok\n");
        return (ConfigReading.Accepted) reading;
    }
}
