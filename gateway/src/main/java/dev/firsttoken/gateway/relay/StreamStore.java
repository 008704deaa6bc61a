package dev.firsttoken.gateway.relay;

import dev.firsttoken.gateway.config.Config;
import dev.firsttoken.gateway.dialect.ClientDialect;
import dev.firsttoken.gateway.dialect.Dialects;
import dev.firsttoken.gateway.log.Archive;
import dev.firsttoken.gateway.log.EventPage;
import dev.firsttoken.gateway.log.StreamLog;
import dev.firsttoken.gateway.log.disk.DiskLog;
import dev.firsttoken.gateway.log.disk.DiskLogCounters;
import dev.firsttoken.gateway.log.disk.DiskLogSettings;
import dev.firsttoken.gateway.log.disk.DiskStream;
import dev.firsttoken.gateway.log.disk.StoredStream;
import dev.firsttoken.gateway.metering.Metrics;
import dev.firsttoken.wire.event.Failure;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The streams on disk, as those see them who make and who read streams.
///
/// Files are read by a few threads of its own. What an earlier process left in the middle gets its
/// terminal before anybody can ask for it.
public final class StreamStore implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StreamStore.class);

    private static final int READING_THREADS = 4;

    /// How much is read for one reader at a time.
    private static final int PIECE_BYTES = 64 * 1024;

    private static final long LARGEST_SEGMENT = 64L << 20;
    private static final long QUEUE_BYTES = 64L << 20;
    private static final Duration GATHER = Duration.ofMillis(1);
    private static final Duration FSYNC_EVERY = Duration.ofMillis(50);

    /// How long the terminals of interrupted streams may take to get to the disk.
    private static final Duration TERMINALS = Duration.ofSeconds(5);

    private static final Failure INTERRUPTED =
            Failure.of(
                    Failure.Kind.INTERRUPTED,
                    "the server stopped unexpectedly in the middle of this answer");

    /// A stream that is on disk, or was.
    ///
    /// @param lastReceivable the last event that a reader can have received for certain
    record Stored(StoredStream stream, StreamMeta meta, long lastReceivable) {}

    private final DiskLog disk;
    private final Duration wait;
    private final Map<EventLoop, DiskPatience> patience = new ConcurrentHashMap<>();

    /// How far the streams had come that the last process left in the middle. What follows is our
    /// terminal, and whoever claims to have received that may have received something else that did
    /// not get to the disk.
    private final Map<String, Long> interruptedAfter = new ConcurrentHashMap<>();

    private final ExecutorService readers =
            Executors.newFixedThreadPool(
                    READING_THREADS,
                    Thread.ofPlatform().daemon().name("disk-log-reader-", 1).factory());

    private StreamStore(DiskLog disk, Duration wait) {
        this.disk = disk;
        this.wait = wait;
    }

    /// Opens the folder and ends what was left in the middle.
    ///
    /// @throws IOException if somebody else uses the folder, or it cannot be used
    public static StreamStore open(Config.Disk settings) throws IOException {
        long segment = Math.min(LARGEST_SEGMENT, settings.bytes() / 8);
        var level =
                switch (settings.durability()) {
                    case PROCESS -> DiskLogSettings.Level.PROCESS;
                    case DISK -> DiskLogSettings.Level.DISK;
                    case MEMORY ->
                            throw new IllegalArgumentException(
                                    "durability: memory (expected: process or disk)");
                };
        var log =
                DiskLog.open(
                        settings.folder(),
                        new DiskLogSettings(
                                level,
                                1,
                                segment,
                                settings.keep(),
                                settings.bytes(),
                                QUEUE_BYTES,
                                GATHER,
                                FSYNC_EVERY,
                                settings.patience()));
        return on(log, settings.patience());
    }

    /// The streams of a log that is open.
    ///
    /// @param patience how long one write of the log may take
    public static StreamStore on(DiskLog log, Duration patience) {
        var store = new StreamStore(log, patience);
        store.endWhatWasInterrupted();
        return store;
    }

    private void endWhatWasInterrupted() {
        List<StoredStream> unfinished = disk.unfinished();
        for (StoredStream stream : unfinished) {
            disk.takeUp(stream.id()).ifPresent(end -> endInterrupted(stream, end));
        }
        long byNanos = System.nanoTime() + TERMINALS.toNanos();
        for (StoredStream stream : unfinished) {
            awaitEnd(stream.id(), byNanos);
        }
        DiskLogCounters counters = disk.counters();
        LOG.info(
                "streams on disk: {} MB read in {} ms, {} streams had been interrupted",
                counters.recoveredBytes() >> 20,
                counters.recoveryNanos() / 1_000_000,
                unfinished.size());
    }

    private void endInterrupted(StoredStream stream, DiskStream end) {
        ClientDialect dialect;
        try {
            String name = StreamMeta.of(stream.meta()).dialect();
            dialect =
                    Dialects.named(name)
                            .orElseThrow(() -> new IOException("dialect: " + name + " (unknown)"));
        } catch (IOException e) {
            LOG.warn("stream {} cannot be ended and is given up: {}", stream.id(), e.getMessage());
            end.giveUp();
            return;
        }
        interruptedAfter.put(stream.id(), stream.lastSeq());
        var events = new ArrayList<byte[]>(2);
        dialect.brokenOff(
                INTERRUPTED,
                stream.lastSeq(),
                (bytes, from, to) -> events.add(Arrays.copyOfRange(bytes, from, to)));
        long seq = stream.lastSeq();
        for (byte[] event : events.subList(0, events.size() - 1)) {
            end.prepareEnd(++seq, event, 0, event.length);
        }
        end.finish(++seq, events.getLast(), 0, events.getLast().length);
    }

    /// What is on disk of a stream, or null when there is no such stream or it cannot be told whose
    /// it is.
    @Nullable Stored find(String id) {
        StoredStream stream = disk.find(id).orElse(null);
        if (stream == null) {
            return null;
        }
        if (stream.state() == StoredStream.State.UNFINISHED) {
            // It ended a moment ago, and its end is on the way.
            awaitEnd(id, System.nanoTime() + wait.toNanos());
            stream = disk.find(id).orElse(stream);
        }
        try {
            return new Stored(
                    stream,
                    StreamMeta.of(stream.meta()),
                    interruptedAfter.getOrDefault(id, stream.lastSeq()));
        } catch (IOException e) {
            LOG.warn("stream {} cannot be read: {}", id, e.getMessage());
            return null;
        }
    }

    private void awaitEnd(String id, long byNanos) {
        while (System.nanoTime() - byNanos < 0
                && disk.find(id)
                        .map(StoredStream::state)
                        .filter(StoredStream.State.UNFINISHED::equals)
                        .isPresent()) {
            LockSupport.parkNanos(this, 200_000);
        }
    }

    boolean isReadable(String id) {
        return disk.find(id).map(StoredStream::isReadable).orElse(false);
    }

    Recorder recorder(EventLoop loop, String id, StreamLog log, Runnable onShown) {
        return new Recorder(
                disk,
                loop,
                patience.computeIfAbsent(loop, its -> new DiskPatience(its, wait)),
                id,
                log,
                archive(id, loop),
                onShown);
    }

    /// Where the events of a stream can be read that is on disk.
    ///
    /// @param loop the stream's
    Archive archive(String id, EventLoop loop) {
        return (long after, Consumer<@Nullable EventPage> then) -> {
            try {
                readers.execute(() -> hand(loop, read(id, after), then));
            } catch (RejectedExecutionException _) {
                hand(loop, null, then);
            }
        };
    }

    private static void hand(
            EventLoop loop, @Nullable EventPage page, Consumer<@Nullable EventPage> then) {
        try {
            loop.execute(() -> then.accept(page));
        } catch (RejectedExecutionException _) {
            // The server stops and nobody reads any more.
        }
    }

    private @Nullable EventPage read(String id, long after) {
        var page = new EventPage(after + 1, PIECE_BYTES / 4);
        try {
            disk.read(
                    id,
                    after,
                    (_, bytes, from, to) -> {
                        page.add(bytes, from, to);
                        return page.used() < PIECE_BYTES;
                    });
        } catch (IOException e) {
            LOG.warn("stream {} cannot be read after event {}: {}", id, after, e.getMessage());
            return null;
        }
        return page.isEmpty() ? null : page;
    }

    /// Shows how the disk does.
    public void show(Metrics metrics) {
        DiskLogCounters counters = disk.counters();
        metrics.gauge("firsttoken_disk_bytes", "Bytes of streams on disk.", counters::bytesOnDisk);
        metrics.gauge("firsttoken_disk_segments", "Files they are in.", disk::segments);
        metrics.gauge(
                "firsttoken_disk_waiting_bytes",
                "Bytes of events that are not acknowledged by the disk yet.",
                counters::queuedBytes);
        metrics.gauge(
                "firsttoken_disk_lag_seconds",
                "How long the disk has been at the write that events wait for.",
                () -> disk.busyFor().toNanos() / 1e9);
        metrics.gauge(
                "firsttoken_disk_failing",
                "1 while the disk refuses what is written or takes longer than streams.disk-wait.",
                () -> disk.isFailing() ? 1 : 0);
        metrics.gauge(
                "firsttoken_disk_recovery_seconds",
                "How long it took at the start to find the streams on disk.",
                () -> counters.recoveryNanos() / 1e9);
        metrics.count(
                "firsttoken_disk_lost_streams_total",
                "Streams that went on from memory because the disk was full, failing or too slow.",
                counters::lostStreams);
        metrics.count(
                "firsttoken_disk_damaged_streams_total",
                "Streams found damaged on disk.",
                counters::damagedStreams);
        metrics.count(
                "firsttoken_disk_writes_total", "Groups of events written.", counters::writes);
        metrics.count(
                "firsttoken_disk_failed_writes_total",
                "Groups of events that could not be written.",
                counters::failedWrites);
        metrics.count("firsttoken_disk_fsyncs_total", "Syncs to the disk.", counters::fsyncs);
    }

    /// Writes what was handed over and lets the folder go. Everything that makes streams has ended
    /// before.
    @Override
    public void close() {
        readers.shutdown();
        try {
            disk.close();
        } catch (IOException e) {
            LOG.warn("the last streams may not all be on disk: {}", e.getMessage());
        }
    }
}
