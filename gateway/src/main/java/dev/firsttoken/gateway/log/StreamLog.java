package dev.firsttoken.gateway.log;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The events of one stream in the order they happened, each as the bytes a client gets.
///
/// Events are numbered from 1 without gaps, never change, and are there before any reader is told
/// of them. After [#close] nothing can be added. An event never crosses from one page to the next,
/// so a reader takes it in one piece.
///
/// The log keeps everything until the stream is released, unless all logs together hold more than
/// their [budget][LogBudget]: then what every reader has passed is given back, and with an
/// [archive][Archive] everything that is in there.
///
/// A log may [hold back][#holdBack] events from its readers until they are safe.
///
/// Owned by the stream's event loop.
public final class StreamLog implements AutoCloseable {

    private static final int FIRST_PAGE_BYTES = 2 * 1024;
    private static final int PAGE_BYTES = 16 * 1024;

    private final LogBudget budget;
    private final Deque<EventPage> pages = new ArrayDeque<>(2);

    /// The page that is being filled: the one that every event touches.
    private @Nullable EventPage newest;

    private final List<LogCursor> cursors = new ArrayList<>(1);
    private @Nullable Archive archive;
    private long lastEvent;
    private long lastShown;
    private boolean holdsBack;
    private long totalBytes;
    private long heldBytes;
    private boolean closed;

    public StreamLog(LogBudget budget) {
        this.budget = budget;
    }

    /// The log of a stream that has ended and is in an archive alone.
    ///
    /// @param lastEvent how many events it has
    /// @param totalBytes of all of them
    public static StreamLog archived(
            LogBudget budget, Archive archive, long lastEvent, long totalBytes) {
        var log = new StreamLog(budget);
        log.archive = archive;
        log.lastEvent = lastEvent;
        log.lastShown = lastEvent;
        log.totalBytes = totalBytes;
        log.closed = true;
        return log;
    }

    /// Adds an event.
    ///
    /// @return its number
    public long append(byte[] source, int from, int to) {
        if (closed) {
            throw new IllegalStateException(
                    "event " + (lastEvent + 1) + " after the log was closed");
        }
        int length = to - from;
        pageFor(length).add(source, from, to);
        totalBytes += length;
        lastEvent++;
        if (!holdsBack) {
            lastShown = lastEvent;
        }
        return lastEvent;
    }

    private EventPage pageFor(int length) {
        EventPage last = newest;
        if (last != null && last.hasRoomFor(length)) {
            return last;
        }
        if (budget.isExhausted()) {
            giveBackWhatMayGo();
        }
        int usual = last == null ? FIRST_PAGE_BYTES : PAGE_BYTES;
        var page = new EventPage(lastEvent + 1, Math.max(usual, length));
        pages.addLast(page);
        newest = page;
        heldBytes += page.bytes.length;
        budget.take(page.bytes.length);
        return page;
    }

    private void giveBackWhatMayGo() {
        if (archive != null) {
            giveBackUpTo(lastShown);
            return;
        }
        long slowest = cursors.isEmpty() ? 0 : Long.MAX_VALUE;
        for (LogCursor cursor : cursors) {
            slowest = Math.min(slowest, cursor.lastRead());
        }
        giveBackUpTo(slowest);
    }

    /// Gives the pages back that hold nothing newer than an event.
    private void giveBackUpTo(long event) {
        while (!pages.isEmpty() && pages.peekFirst().lastEvent() <= event) {
            EventPage page = pages.removeFirst();
            heldBytes -= page.bytes.length;
            budget.give(page.bytes.length);
            if (page == newest) {
                newest = null;
            }
        }
    }

    /// Gives back what can be fetched from the archive.
    public void giveBackArchived() {
        if (archive != null) {
            giveBackUpTo(lastShown);
        }
    }

    /// Forgets events that no reader has been told of, because another attempt starts over.
    public void restart() {
        if (cursors.stream().anyMatch(cursor -> cursor.lastRead() > 0)) {
            throw new IllegalStateException("events were read already");
        }
        release();
        lastEvent = 0;
        lastShown = 0;
        totalBytes = 0;
    }

    /// From now on events are not shown to readers until [#show] says so.
    public void holdBack() {
        holdsBack = true;
    }

    /// Lets readers have the events up to one.
    public void show(long event) {
        lastShown = Math.max(lastShown, Math.min(event, lastEvent));
    }

    /// Lets readers have all events, those that come included.
    public void showAll() {
        holdsBack = false;
        lastShown = lastEvent;
    }

    /// Where events can be read that were given back, or null for nowhere. Everything that is shown
    /// is in there.
    public void archive(@Nullable Archive where) {
        archive = where;
    }

    @Nullable Archive archive() {
        return archive;
    }

    /// A reader that starts behind an event; 0 is before the first.
    ///
    /// @throws IllegalArgumentException unless [#canReadAfter] says that it may
    public LogCursor readAfter(long event) {
        return readAfter(event, () -> {});
    }

    /// A reader that wants to be told when events have come from the archive, or will not come.
    public LogCursor readAfter(long event, Runnable onFetched) {
        if (!canReadAfter(event)) {
            throw new IllegalArgumentException(
                    "event: "
                            + event
                            + " (expected: from "
                            + (firstKept() - 1)
                            + " to "
                            + lastShown
                            + ")");
        }
        var cursor = new LogCursor(this, event, false, onFetched);
        cursors.add(cursor);
        return cursor;
    }

    /// The reader that brings events to where they are safe. It sees what is held back, from the
    /// first event on.
    public LogCursor readAsWriter() {
        var cursor = new LogCursor(this, 0, true, () -> {});
        cursors.add(cursor);
        return cursor;
    }

    /// Whether every event after this one is still kept, and this one was shown.
    public boolean canReadAfter(long event) {
        return event <= lastShown && (archive != null || event >= firstKept() - 1);
    }

    /// The oldest event that is in memory.
    private long firstKept() {
        EventPage first = pages.peekFirst();
        return first == null ? lastEvent + 1 : first.firstEvent;
    }

    /// Says that the last event was the last one.
    public void finish() {
        closed = true;
    }

    public boolean isFinished() {
        return closed;
    }

    /// The number of the newest event, 0 when there is none.
    public long lastEvent() {
        return lastEvent;
    }

    /// The number of the newest event that readers may have.
    public long lastShown() {
        return lastShown;
    }

    /// Bytes of all events so far, those given back included.
    public long totalBytes() {
        return totalBytes;
    }

    /// Bytes of all events up to this one, those given back included. Of what was given back only
    /// the whole is known.
    long bytesUpTo(long event) {
        if (event == 0) {
            return 0;
        }
        long bytes = totalBytes;
        for (EventPage page : pages) {
            if (event < page.firstEvent) {
                bytes -= page.used();
            } else if (event < page.lastEvent()) {
                bytes -= page.used() - page.ends[(int) (event - page.firstEvent)];
            }
        }
        return bytes;
    }

    /// The page that holds an event, or null when it was given back or is not there yet.
    @Nullable EventPage pageOf(long event) {
        for (EventPage page : pages) {
            if (page.holds(event)) {
                return page;
            }
        }
        return null;
    }

    void forget(LogCursor cursor) {
        cursors.remove(cursor);
    }

    private void release() {
        pages.clear();
        newest = null;
        budget.give(heldBytes);
        heldBytes = 0;
    }

    /// Gives all pages back.
    @Override
    public void close() {
        closed = true;
        release();
    }
}
