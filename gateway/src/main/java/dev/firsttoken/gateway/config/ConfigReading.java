package dev.firsttoken.gateway.config;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/// What came out of reading a configuration: a snapshot to serve with, or the reasons why not.
public sealed interface ConfigReading {

    /// Everything worth telling, in the order of the file.
    List<Problem> problems();

    /// Every file that was read or is referred to; a change of one is a reason to read again.
    List<Path> files();

    /// What `config validate` prints: one problem per line, then `ok` if it can be served.
    String validation();

    /// What `config explain` prints: every key, its value, where it came from, what it is.
    String explanation();

    /// A configuration that can be served.
    ///
    /// @param settings every key, in the order of the schema
    /// @param warnings what somebody should look at all the same
    record Accepted(Config config, List<Setting> settings, List<Problem> warnings, List<Path> files)
            implements ConfigReading {

        @Override
        public List<Problem> problems() {
            return warnings;
        }

        @Override
        public String validation() {
            return lines(warnings) + "ok\n";
        }

        @Override
        public String explanation() {
            return Explanation.of(settings);
        }
    }

    /// A configuration that must not be served: at least one of the problems is an error.
    record Refused(List<Problem> problems, List<Path> files) implements ConfigReading {

        @Override
        public String validation() {
            return lines(problems);
        }

        @Override
        public String explanation() {
            return lines(problems);
        }
    }

    private static String lines(List<Problem> problems) {
        return problems.stream().map(problem -> problem + "\n").collect(Collectors.joining());
    }
}
