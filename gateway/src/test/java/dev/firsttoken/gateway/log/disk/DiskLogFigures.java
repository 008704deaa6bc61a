package dev.firsttoken.gateway.log.disk;

import dev.firsttoken.gateway.log.disk.DiskLogSettings.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// How fast the log is on this machine. By hand: `java -cp …
/// dev.firsttoken.gateway.log.disk.DiskLogFigures PROCESS 5000000 0`, where the last number is how
/// many events a second are offered, 0 for as many as are taken.
final class DiskLogFigures {

    private static final int STREAMS = 1000;
    private static final int EVENT_BYTES = 250;
    private static final long QUEUE_BYTES = 64 << 20;

    private DiskLogFigures() {}

    public static void main(String[] arguments) throws Exception {
        Level level = Level.valueOf(arguments[0]);
        long events = Long.parseLong(arguments[1]);
        long rate = Long.parseLong(arguments[2]);
        Path folder = Files.createTempDirectory("disk-log-figures");
        var defaults = DiskLogSettings.defaults().withLevel(level);
        var settings = defaults.withRetention(Duration.ofHours(1), 64L << 30);
        try (var log = DiskLog.open(folder, settings)) {
            append(log, events, rate);
        }
        try (var log = DiskLog.open(folder, settings)) {
            DiskLogCounters counters = log.counters();
            double seconds = counters.recoveryNanos() / 1e9;
            System.out.printf(
                    "recovery: %.2f GB in %.2f s, %.2f GB/s%n",
                    counters.recoveredBytes() / 1e9,
                    seconds,
                    counters.recoveredBytes() / 1e9 / seconds);
            long started = System.nanoTime();
            var read = new long[1];
            for (int i = 0; i < 100; i++) {
                log.read("stream-" + i, 0, (_, _, _, _) -> ++read[0] > 0);
            }
            seconds = (System.nanoTime() - started) / 1e9;
            System.out.printf(
                    "reading: %,d events of 100 streams, %,.0f a second%n",
                    read[0], read[0] / seconds);
        }
        for (Path segment : Logs.segments(folder)) {
            Files.delete(segment);
        }
    }

    private static void append(DiskLog log, long events, long rate) throws InterruptedException {
        List<DiskStream> streams = new ArrayList<>();
        for (int i = 0; i < STREAMS; i++) {
            streams.add(log.begin("stream-" + i, new byte[100]));
        }
        byte[] event = new byte[EVENT_BYTES];
        Arrays.fill(event, (byte) 'x');
        long started = System.nanoTime();
        var costs = new long[(int) events];
        for (int i = 0; i < events; i++) {
            while (log.counters().queuedBytes() > QUEUE_BYTES / 2
                    || (rate > 0 && System.nanoTime() - started < i * 1_000_000_000L / rate)) {
                Thread.onSpinWait();
            }
            long before = System.nanoTime();
            streams.get(i % STREAMS).append(i / STREAMS + 1, event, 0, EVENT_BYTES);
            costs[i] = System.nanoTime() - before;
        }
        streams.forEach(DiskStream::finish);
        while (log.counters().queuedBytes() > 0) {
            Thread.sleep(0, 100_000);
        }
        double seconds = (System.nanoTime() - started) / 1e9;
        Arrays.sort(costs);
        DiskLogCounters counters = log.counters();
        System.out.printf(
                "append: %,.0f events/s, %,.0f MB/s, %,d writes, %,d records, %d fsyncs, %d lost;"
                        + " a call takes %d ns (p50), %d ns (p99), %d ns (p99.9), %d us (most)%n",
                events / seconds,
                counters.appendedBytes() / 1e6 / seconds,
                counters.writes(),
                counters.records(),
                counters.fsyncs(),
                counters.lostStreams(),
                costs[(int) (events / 2)],
                costs[(int) (events * 0.99)],
                costs[(int) (events * 0.999)],
                costs[(int) events - 1] / 1000);
    }
}
