package dev.firsttoken.gateway;

import static dev.firsttoken.gateway.StreamEvents.events;
import static dev.firsttoken.gateway.StreamEvents.resume;
import static dev.firsttoken.gateway.StreamEvents.streamId;
import static org.assertj.core.api.Assertions.assertThat;

import dev.firsttoken.gateway.config.Config.OnDisconnect;
import dev.firsttoken.simulator.Simulator;
import dev.firsttoken.simulator.SimulatorOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Any streams, any disconnects, any readers, any restart: every reader sees the same events, once,
/// in order, with one terminal.
class DurabilityPropertyTest {

    private static final int STREAMS = 8;
    private static final int SERVERS = 3;

    @TempDir Path folder;

    /// A stream and what its readers have of it.
    private static final class Told {
        final String id;
        final boolean simple;
        final List<List<String>> readers = new ArrayList<>();

        Told(String id, boolean simple) {
            this.id = id;
            this.simple = simple;
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void everyReaderSeesTheSameEventsOnceInOrderWithOneTerminal(long seed) throws Exception {
        var random = new Random(seed);
        var all = new ArrayList<Told>();
        try (var simulator = Simulator.start(SimulatorOptions.defaults())) {
            Path data = folder.resolve("data-0");
            for (int server = 1; server <= SERVERS; server++) {
                Path next = folder.resolve("data-" + server);
                boolean killed = random.nextBoolean();
                try (var stage = start(simulator, data, random)) {
                    readOn(stage, all, random);
                    for (int i = 0; i < STREAMS; i++) {
                        all.add(begin(stage, random, server * STREAMS + i));
                    }
                    readOn(stage, all, random);
                    if (killed) {
                        // What another process would find if this one were killed now.
                        copy(data, next);
                    }
                }
                data = killed ? next : data;
            }
            try (var stage = start(simulator, data, random)) {
                for (Told told : all) {
                    check(stage, told, "seed " + seed + ", " + told.id);
                }
            }
        }
    }

    private static Stage start(Simulator simulator, Path data, Random random) throws IOException {
        return Stage.before(
                simulator,
                s -> {
                    s.eventLoops = 2;
                    s.disk(data);
                    s.onDisconnect = OnDisconnect.DETACH;
                    s.logBytes = random.nextBoolean() ? 16 * 1024 : 64 << 20;
                });
    }

    private static Told begin(Stage stage, Random random, int number) throws Exception {
        boolean simple = random.nextBoolean();
        String model =
                "sim/tokens-"
                        + random.nextInt(1, 120)
                        + "+gap-2ms+seed-"
                        + random.nextInt(number + 1);
        try (var client = stage.connect()) {
            client.post(
                    simple ? "/chat/stream" : "/v1/chat/completions",
                    simple ? Stage.simpleBody(model) : Stage.chatBody(model, true));
            var told = new Told(streamId(client.readHead()), simple);
            told.readers.add(StreamEvents.some(client, 1 + random.nextInt(60)));
            return told;
        }
    }

    /// Lets some readers read on, and some begin.
    private static void readOn(Stage stage, List<Told> all, Random random) throws Exception {
        for (Told told : all) {
            if (random.nextInt(3) == 0) {
                told.readers.add(new ArrayList<>());
            }
            for (List<String> reader : told.readers) {
                if (random.nextBoolean() && !hasEnded(told, reader)) {
                    read(stage, told, reader, 1 + random.nextInt(40));
                }
            }
        }
    }

    private static boolean hasEnded(Told told, List<String> reader) {
        return !reader.isEmpty()
                && (reader.getLast().equals("data: [DONE]")
                        || !told.simple && StreamEvents.isTerminal(reader.getLast())
                        // Between the two events of one end: whoever has the error has all of it.
                        || reader.getLast().startsWith("data: {\"error\""));
    }

    private static void read(Stage stage, Told told, List<String> reader, int most)
            throws Exception {
        try (var client = stage.connect()) {
            client.send(
                    "GET /v1/streams/"
                            + told.id
                            + "?after="
                            + reader.size()
                            + " HTTP/1.1\r\nhost: test\r\n\r\n");
            assertThat(client.readHead()).startsWith("HTTP/1.1 200");
            reader.addAll(StreamEvents.some(client, most));
        }
    }

    private static void check(Stage stage, Told told, String what) throws Exception {
        List<String> whole = events(resume(stage, told.id, 0).body());
        long errors = whole.stream().filter(e -> e.startsWith("data: {\"error\"")).count();
        long marks = whole.stream().filter("data: [DONE]"::equals).count();
        assertThat(errors).as(what).isLessThanOrEqualTo(1);
        if (told.simple) {
            assertThat(marks).as(what).isEqualTo(1);
            assertThat(whole.getLast()).as(what).isEqualTo("data: [DONE]");
        } else {
            assertThat(errors + marks).as(what).isEqualTo(1);
            assertThat(StreamEvents.isTerminal(whole.getLast())).as(what).isTrue();
        }
        for (List<String> reader : told.readers) {
            while (!hasEnded(told, reader)) {
                read(stage, told, reader, 1000);
            }
            assertThat(reader).as(what).isEqualTo(whole.subList(0, reader.size()));
            assertThat(whole.size() - reader.size()).as(what).isLessThanOrEqualTo(1);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to.resolve("shard-0"));
        try (var files = Files.list(from.resolve("shard-0"))) {
            for (Path file : files.sorted().toList()) {
                Files.copy(file, to.resolve("shard-0").resolve(file.getFileName()));
            }
        }
    }
}
