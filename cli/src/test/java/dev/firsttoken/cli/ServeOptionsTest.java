package dev.firsttoken.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/// The short cut past picocli understands what picocli understands, or leaves it to picocli.
final class ServeOptionsTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "serve",
                "serve --port 9000",
                "serve -p 0 --host ::1",
                "serve --config firsttoken.yaml --open",
                "serve -c a.yaml -p 1 --simulator",
                "serve --data /tmp/streams"
            })
    void plainSpellingMeansWhatPicocliReads(String line) {
        String[] args = line.split(" ");

        assertThat(ServeOptions.plain(args)).isEqualTo(read(args));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "chat",
                "serve --help",
                "serve --port=9000",
                "serve --port",
                "serve --port --open",
                "serve --prot 1",
                "serve -p1",
                "serve somewhere",
                "serve --port 1 --port 2"
            })
    void anythingElseIsLeftToPicocli(String line) {
        assertThat(ServeOptions.plain(line.split(" "))).isNull();
    }

    @Test
    void everyOptionOfTheCommandHasAPlainSpelling() {
        CommandLine serve = Commands.commandLine().getSubcommands().get("serve");
        for (var option : serve.getCommandSpec().options()) {
            if (option.usageHelp()) {
                continue;
            }
            for (String name : option.names()) {
                String[] args =
                        option.arity().max() == 0
                                ? new String[] {"serve", name}
                                : new String[] {"serve", name, "1"};
                assertThat(ServeOptions.plain(args)).as(name).isEqualTo(read(args));
            }
        }
    }

    private static ServeOptions read(String[] args) {
        CommandLine all = Commands.commandLine();
        all.parseArgs(args);
        return ((ServeCommand) all.getSubcommands().get("serve").getCommand()).options();
    }
}
