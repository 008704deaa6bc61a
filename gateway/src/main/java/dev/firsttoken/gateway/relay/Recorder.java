package dev.firsttoken.gateway.relay;

import dev.firsttoken.gateway.log.Archive;
import dev.firsttoken.gateway.log.LogCursor;
import dev.firsttoken.gateway.log.StreamLog;
import dev.firsttoken.gateway.log.disk.DiskLog;
import dev.firsttoken.gateway.log.disk.DiskStream;
import io.netty.channel.EventLoop;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// Brings the events of one running stream to the disk, and lets readers have those that are there.
///
/// A stream that cannot be kept is *lost* on disk and goes on from memory: its readers notice
/// nothing, but it cannot be read after a restart.
///
/// Owned by the stream's event loop; the disk's threads only leave word.
final class Recorder implements DiskLog.Listener {

    static final int NOWHERE = -1;

    private final DiskLog disk;
    private final EventLoop loop;
    private final DiskPatience patience;
    private final String id;
    private final StreamLog log;
    private final Archive archive;
    private Runnable onShown;
    private final Runnable hearNews = this::hearNews;

    /// Whether the loop has been told that there is news, and has not heard it yet.
    private final AtomicBoolean told = new AtomicBoolean();

    private volatile long acknowledged;
    private volatile boolean lost;

    private @Nullable DiskStream stream;
    private @Nullable LogCursor unrecorded;
    private boolean over;

    /// Where among those that wait, or [#NOWHERE]. For [DiskPatience].
    int place = NOWHERE;

    /// @param onShown runs when readers may have more
    Recorder(
            DiskLog disk,
            EventLoop loop,
            DiskPatience patience,
            String id,
            StreamLog log,
            Archive archive,
            Runnable onShown) {
        this.disk = disk;
        this.loop = loop;
        this.patience = patience;
        this.id = id;
        this.log = log;
        this.archive = archive;
        this.onShown = onShown;
        log.holdBack();
    }

    boolean hasBegun() {
        return stream != null;
    }

    /// Whether the disk has everything so far or will have it soon.
    boolean isKept() {
        return stream != null && !lost;
    }

    /// The stream is one that will be read: from here on its events go to the disk.
    void begin(StreamMeta meta) {
        stream = disk.begin(id, meta.toBytes(), this);
        if (!lost) {
            unrecorded = log.readAsWriter();
            log.archive(archive);
        }
    }

    /// There will be nothing to read.
    void forget() {
        over = true;
        log.showAll();
    }

    /// The running stream goes; readers may still wait for what is on its way to the disk.
    ///
    /// @param onShown runs when they may have more
    void outlive(Runnable onShown) {
        this.onShown = onShown;
    }

    /// Hands over what has come since the last time.
    void record() {
        LogCursor events = unrecorded;
        DiskStream to = stream;
        if (events == null || to == null || lost) {
            return;
        }
        boolean any = false;
        while (events.next()) {
            any = true;
            to.append(events.lastRead(), events.bytes(), events.from(), events.to());
        }
        if (any) {
            await();
        }
    }

    /// Hands over the rest and finishes the stream.
    ///
    /// @param endEvents how many of the last events are its end, and are kept together or not at
    ///   all
    void finish(long endEvents) {
        LogCursor events = unrecorded;
        DiskStream to = stream;
        if (events == null || to == null || lost) {
            return;
        }
        long last = log.lastEvent();
        if (last == 0) {
            to.finish();
        }
        while (events.next()) {
            long event = events.lastRead();
            if (event == last) {
                to.finish(event, events.bytes(), events.from(), events.to());
            } else if (event > last - endEvents) {
                to.prepareEnd(event, events.bytes(), events.from(), events.to());
            } else {
                to.append(event, events.bytes(), events.from(), events.to());
            }
        }
        await();
    }

    private void await() {
        if (place == NOWHERE && !lost) {
            patience.add(this);
        }
    }

    /// Gives the stream up if its disk takes too long.
    void look() {
        if (stream != null && stream.isLost()) {
            lost = true;
            hearNews();
        }
    }

    @Override
    public void acknowledged(long seq) {
        acknowledged = seq;
        leaveWord();
    }

    @Override
    public void lost() {
        lost = true;
        leaveWord();
    }

    private void leaveWord() {
        if (told.compareAndSet(false, true)) {
            try {
                loop.execute(hearNews);
            } catch (RejectedExecutionException _) {
                // The server stops and nobody reads any more.
            }
        }
    }

    private void hearNews() {
        told.set(false);
        if (over) {
            return;
        }
        if (lost) {
            over = true;
            stopWaiting();
            log.archive(null);
            log.showAll();
        } else {
            log.show(acknowledged);
            if (log.lastShown() == log.lastEvent()) {
                stopWaiting();
            }
        }
        onShown.run();
        if (!over && log.isFinished() && log.lastShown() == log.lastEvent()) {
            // From here on the disk is enough.
            over = true;
            closeCursor();
            log.giveBackArchived();
        }
    }

    private void stopWaiting() {
        if (place != NOWHERE) {
            patience.remove(this);
        }
        if (lost) {
            closeCursor();
        }
    }

    private void closeCursor() {
        if (unrecorded != null) {
            unrecorded.close();
            unrecorded = null;
        }
    }
}
