package dev.firsttoken.gateway.log.disk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firsttoken.gateway.log.disk.DiskLogSettings.Level;
import dev.firsttoken.gateway.log.disk.StoredStream.State;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Any streams, any interleaving, any restarts, any cut of the tail: every reader sees the same
/// events, once, in order, and one terminal or the honest word that there is none yet.
class DiskLogPropertyTest {

    @TempDir Path folder;

    private record Model(List<byte[]> events, boolean[] finished) {}

    static LongStream seeds() {
        long only = Long.getLong("seed", -1);
        return only >= 0
                ? LongStream.of(only)
                : LongStream.range(0, Integer.getInteger("seeds", 40));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void everyReaderSeesTheSameEventsOnceInOrder(long seed) throws Exception {
        var random = new Random(seed);
        Level level = random.nextInt(4) == 0 ? Level.DISK : Level.PROCESS;
        Map<String, Model> models = new HashMap<>();
        Path current = folder.resolve("life-0");
        int lives = 1 + random.nextInt(5);
        for (int life = 1; life <= lives; life++) {
            var log = Logs.openInHaste(current, level);
            interruptLeftovers(log, models, random);
            live(log, models, random, life);
            int ending = random.nextInt(3);
            if (ending == 0) {
                log.close();
                check(Logs.openInHaste(current, level), models, false);
                continue;
            }
            settle(log, models);
            Path next = folder.resolve("life-" + life);
            Logs.copy(current, next);
            log.close();
            current = next;
            if (ending == 2) {
                cutTail(next, random);
            }
            check(Logs.openInHaste(current, level), models, ending == 2);
        }
    }

    private static void live(DiskLog log, Map<String, Model> models, Random random, int life)
            throws IOException {
        var writers = new ArrayList<DiskStream>();
        int steps = random.nextInt(600);
        for (int step = 0; step < steps; step++) {
            if (writers.isEmpty() || random.nextInt(25) == 0) {
                String id = "life-" + life + "-" + step;
                writers.add(log.begin(id, event(random, 30)));
                models.put(id, new Model(new ArrayList<>(), new boolean[1]));
            }
            DiskStream writer = writers.get(random.nextInt(writers.size()));
            Model model = models.get(writer.id());
            long seq = model.events.size() + 1L;
            byte[] event = event(random, random.nextInt(50) == 0 ? 20_000 : 300);
            switch (random.nextInt(40)) {
                case 0 -> {
                    assertThat(writer.finish()).isTrue();
                    model.finished[0] = true;
                    writers.remove(writer);
                }
                case 1 -> {
                    assertThat(writer.finish(seq, event, 0, event.length)).isTrue();
                    model.events.add(event);
                    model.finished[0] = true;
                    writers.remove(writer);
                }
                case 2 -> checkPrefix(log, writer.id(), model, random);
                default -> {
                    assertThat(Logs.append(writer, seq, event)).isTrue();
                    model.events.add(event);
                }
            }
        }
    }

    private static byte[] event(Random random, int bound) {
        var bytes = new byte[random.nextInt(bound)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static void checkPrefix(DiskLog log, String id, Model model, Random random)
            throws IOException {
        long last = log.find(id).orElseThrow().lastSeq();
        int after = random.nextInt((int) last + 1);
        List<byte[]> events = Logs.read(log, id, after);
        assertThat(events).hasSizeGreaterThanOrEqualTo((int) last - after);
        for (int i = 0; i < events.size(); i++) {
            assertThat(events.get(i)).isEqualTo(model.events.get(after + i));
        }
    }

    private static void interruptLeftovers(DiskLog log, Map<String, Model> models, Random random) {
        for (StoredStream left : log.unfinished()) {
            if (random.nextInt(4) == 0) {
                continue;
            }
            Model model = models.get(left.id());
            byte[] terminal = "interrupted".getBytes();
            DiskStream stream = log.takeUp(left.id()).orElseThrow();
            assertThat(stream.finish(left.lastSeq() + 1, terminal, 0, terminal.length)).isTrue();
            model.events.add(terminal);
            model.finished[0] = true;
        }
    }

    private static void settle(DiskLog log, Map<String, Model> models) {
        models.forEach((id, model) ->
                Logs.until(
                        id + " written",
                        () -> {
                            StoredStream stream = log.find(id).orElseThrow();
                            return stream.lastSeq() == model.events.size()
                                    && stream.isFinished() == model.finished[0];
                        }));
    }

    private static void cutTail(Path folder, Random random) throws IOException {
        List<Path> segments = Logs.segments(folder);
        if (segments.isEmpty()) {
            return;
        }
        try (var file = FileChannel.open(segments.getLast(), StandardOpenOption.WRITE)) {
            file.truncate(Math.max(0, file.size() - random.nextInt((int) file.size() + 1)));
        }
    }

    /// Checks everything there is, and takes over into the model what a cut has taken away.
    private static void check(DiskLog log, Map<String, Model> models, boolean cut)
            throws IOException {
        try (log) {
            for (var entry : List.copyOf(models.entrySet())) {
                var found = log.find(entry.getKey());
                Model model = entry.getValue();
                if (found.isEmpty()) {
                    assertThat(cut).isTrue();
                    models.remove(entry.getKey());
                    continue;
                }
                StoredStream stream = found.get();
                assertThat(stream.isReadable()).isTrue();
                List<byte[]> events = Logs.read(log, entry.getKey(), 0);
                if (!cut || stream.isFinished()) {
                    assertThat(events).hasSameSizeAs(model.events);
                }
                if (cut && !stream.isFinished()) {
                    model.finished[0] = false;
                }
                assertThat(stream.isFinished()).isEqualTo(model.finished[0]);
                assertThat(stream.state())
                        .isEqualTo(model.finished[0] ? State.FINISHED : State.UNFINISHED);
                for (int i = 0; i < events.size(); i++) {
                    assertThat(events.get(i)).isEqualTo(model.events.get(i));
                }
                model.events.subList(events.size(), model.events.size()).clear();
            }
            assertThat(log.counters().damagedStreams()).isZero();
        }
    }
}
