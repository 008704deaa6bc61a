package dev.firsttoken.gateway.log.disk;

import dev.firsttoken.gateway.log.disk.DiskLogSettings.Level;
import java.io.BufferedOutputStream;
import java.io.File;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.assertj.core.api.Assertions;
import org.jspecify.annotations.NullMarked;
import org.slf4j.Logger;

/// Kills a process that appends to a log, again and again, and checks each time what is left of it.
///
/// By hand: `java -cp … dev.firsttoken.gateway.log.disk.KillLoop 50 PROCESS`
final class KillLoop {

    private static final byte[] TERMINAL = "interrupted".getBytes(StandardCharsets.UTF_8);
    private static final int WRITERS = 2;
    private static final int STREAMS_AT_A_TIME = 250;

    /// What a process had said of a stream when it died.
    private static final class Claim {
        long acknowledged;
        boolean finished;
        boolean interrupted;
    }

    /// @param acknowledged events, of which none may be missing
    /// @param lost acknowledged events that are missing, or streams that are not as they should be
    record Result(
            int kills,
            int streams,
            long acknowledged,
            long found,
            long beyondAcknowledged,
            long lost,
            long tornTails,
            Duration slowestRecovery,
            long recoveredBytes) {}

    private final Path folder;
    private final Level level;
    private final Map<String, Claim> claims = new HashMap<>();
    private final List<String> faults = new ArrayList<>();
    private final Random random = new Random(11);
    private long found;
    private long beyond;
    private long tornTails;
    private long slowestRecoveryNanos;
    private long mostRecoveredBytes;

    KillLoop(Path folder, Level level) {
        this.folder = folder;
        this.level = level;
    }

    public static void main(String[] arguments) throws Exception {
        Path folder = Files.createTempDirectory("kill-loop");
        var loop = new KillLoop(folder, Level.valueOf(arguments[1]));
        System.out.println(loop.run(Integer.parseInt(arguments[0])));
        loop.faults.forEach(System.out::println);
    }

    List<String> faults() {
        return faults;
    }

    Result run(int kills) throws IOException, InterruptedException {
        for (int kill = 0; kill < kills; kill++) {
            appendAndDie(kill);
            check();
        }
        return new Result(
                kills,
                claims.size(),
                claims.values().stream().mapToLong(claim -> claim.acknowledged).sum(),
                found,
                beyond,
                faults.size(),
                tornTails,
                Duration.ofNanos(slowestRecoveryNanos),
                mostRecoveredBytes);
    }

    private static DiskLogSettings settings(Level level) {
        return new DiskLogSettings(
                level,
                1,
                4 << 20,
                Duration.ofHours(1),
                16L << 30,
                64 << 20,
                Duration.ofMillis(1),
                Duration.ofMillis(50),
                Duration.ofSeconds(30));
    }

    private void appendAndDie(int kill) throws IOException, InterruptedException {
        Path errors = folder.resolve("child.err");
        Path said = folder.resolve("child.out");
        Process child =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx256m",
                                "-XX:+UseSerialGC",
                                "-cp",
                                classPath(),
                                Appender.class.getName(),
                                folder.resolve("log").toString(),
                                Integer.toString(kill),
                                level.name())
                        .redirectOutput(said.toFile())
                        .redirectError(errors.toFile())
                        .start();
        while (Files.size(said) == 0) {
            if (!child.isAlive()) {
                throw new IOException(Files.readString(errors));
            }
            Thread.sleep(1);
        }
        try {
            DiskLog.open(folder.resolve("log"), settings(level)).close();
            faults.add("the folder can be opened twice");
        } catch (IOException refusal) {
            if (!refusal.getMessage().contains("in use by process " + child.pid())) {
                faults.add("another refusal: " + refusal.getMessage());
            }
        }
        Thread.sleep(100 + random.nextInt(400));
        child.destroyForcibly();
        child.waitFor();
        String text = Files.readString(said);
        // The last line may be cut.
        text.substring(0, text.lastIndexOf('\n')).lines().forEach(this::hear);
    }

    private void hear(String line) {
        String[] words = line.split(" ");
        Claim claim = claims.computeIfAbsent(words[1], _ -> new Claim());
        switch (words[0]) {
            case "a" -> claim.acknowledged = Math.max(claim.acknowledged, Long.parseLong(words[2]));
            case "f" -> claim.finished = true;
            default -> faults.add("the child said: " + line);
        }
    }

    private void check() throws IOException {
        try (var log = DiskLog.open(folder.resolve("log"), settings(level))) {
            DiskLogCounters counters = log.counters();
            slowestRecoveryNanos = Math.max(slowestRecoveryNanos, counters.recoveryNanos());
            mostRecoveredBytes = Math.max(mostRecoveredBytes, counters.recoveredBytes());
            tornTails += counters.truncatedBytes() > 0 ? 1 : 0;
            if (counters.damagedStreams() + counters.damagedBytes() > 0) {
                faults.add("damage: " + counters.damagedBytes() + " bytes");
            }
            found = 0;
            beyond = 0;
            for (var entry : claims.entrySet()) {
                check(log, entry.getKey(), entry.getValue());
            }
            for (StoredStream left : log.unfinished()) {
                DiskStream stream = log.takeUp(left.id()).orElseThrow();
                stream.finish(left.lastSeq() + 1, TERMINAL, 0, TERMINAL.length);
                Claim claim = claims.computeIfAbsent(left.id(), _ -> new Claim());
                claim.acknowledged = left.lastSeq() + 1;
                claim.finished = true;
                claim.interrupted = true;
            }
        }
    }

    private void check(DiskLog log, String id, Claim claim) throws IOException {
        var stream = log.find(id);
        if (stream.isEmpty() || !stream.get().isReadable()) {
            faults.add(id + ": " + stream);
            return;
        }
        long last = stream.get().lastSeq();
        if (last < claim.acknowledged) {
            faults.add(id + ": " + last + " events of " + claim.acknowledged);
        }
        if (claim.finished && (!stream.get().isFinished() || last != claim.acknowledged)) {
            faults.add(id + ": not finished at " + claim.acknowledged + ": " + stream);
        }
        beyond += Math.max(0, last - claim.acknowledged);
        long reached =
                log.read(
                        id,
                        0,
                        (seq, bytes, from, to) -> {
                            byte[] expected =
                                    claim.interrupted && seq == last ? TERMINAL : event(id, seq);
                            if (!Arrays.equals(bytes, from, to, expected, 0, expected.length)) {
                                faults.add(id + ": event " + seq + " is another");
                            }
                            found++;
                            return true;
                        });
        if (reached != last) {
            faults.add(id + ": read up to " + reached + " of " + last);
        }
    }

    static byte[] event(String id, long seq) {
        int size = 20 + (int) ((id.hashCode() * 31L + seq * 7919) & 0x1FF);
        return Logs.event(id, seq, size);
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static String classPath() {
        Set<String> places = new LinkedHashSet<>();
        for (Class<?> type :
                List.of(
                        KillLoop.class,
                        DiskLog.class,
                        Logger.class,
                        NullMarked.class,
                        Assertions.class)) {
            places.add(
                    Path.of(type.getProtectionDomain().getCodeSource().getLocation().getPath())
                            .toString());
        }
        return String.join(File.pathSeparator, places);
    }

    /// The process that is killed. Says on its output what the log has acknowledged.
    static final class Appender {

        private Appender() {}

        public static void main(String[] arguments) throws Exception {
            var out =
                    new PrintStream(
                            new BufferedOutputStream(
                                    new FileOutputStream(FileDescriptor.out), 1 << 16),
                            false);
            var log = DiskLog.open(Path.of(arguments[0]), settings(Level.valueOf(arguments[2])));
            for (int writer = 0; writer < WRITERS; writer++) {
                String prefix = arguments[1] + "-" + writer + "-";
                Thread.ofPlatform().start(() -> append(log, prefix, out));
            }
        }

        private static void append(DiskLog log, String prefix, PrintStream out) {
            var random = new Random(prefix.hashCode());
            var running = new ArrayList<DiskStream>();
            var handed = new HashMap<DiskStream, Long>();
            for (int i = 0; ; i++) {
                while (running.size() < STREAMS_AT_A_TIME) {
                    DiskStream stream = begin(log, prefix + i++, out);
                    running.add(stream);
                    handed.put(stream, 0L);
                }
                DiskStream stream = running.get(random.nextInt(running.size()));
                long seq = handed.get(stream) + 1;
                byte[] event = event(stream.id(), seq);
                handed.put(stream, seq);
                if (random.nextInt(60) == 0) {
                    stream.finish(seq, event, 0, event.length);
                    running.remove(stream);
                    handed.remove(stream);
                } else {
                    Logs.append(stream, seq, event);
                }
                if (i % 64 == 0) {
                    sleep(1);
                }
            }
        }

        private static DiskStream begin(DiskLog log, String id, PrintStream out) {
            return log.begin(
                    id,
                    new byte[] {7},
                    new DiskLog.Listener() {
                        @Override
                        public void acknowledged(long seq) {
                            synchronized (out) {
                                out.print("a " + id + " " + seq + "\n");
                                if (log.find(id).orElseThrow().isFinished()) {
                                    out.print("f " + id + "\n");
                                }
                                out.flush();
                            }
                        }

                        @Override
                        public void lost() {
                            synchronized (out) {
                                out.print("lost " + id + "\n");
                                out.flush();
                            }
                        }
                    });
        }
    }
}
