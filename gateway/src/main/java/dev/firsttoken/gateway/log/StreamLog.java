package dev.firsttoken.gateway.log;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
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
/// their [budget][LogBudget]: then what every reader has passed is given back.
///
/// Owned by the stream's event loop.
public final class StreamLog implements AutoCloseable {

    private static final int FIRST_PAGE_BYTES = 2 * 1024;
    private static final int PAGE_BYTES = 16 * 1024;

    /// Consecutive events: their bytes, and where each of them ends.
    static final class Page {
        final long firstEvent;
        final byte[] bytes;
        int[] ends;
        int count;

        Page(long firstEvent, int size) {
            this.firstEvent = firstEvent;
            this.bytes = new byte[size];
            this.ends = new int[Math.max(8, size / 128)];
        }

        int used() {
            return count == 0 ? 0 : ends[count - 1];
        }

        int startOf(int index) {
            return index == 0 ? 0 : ends[index - 1];
        }
    }

    private final LogBudget budget;
    private final Deque<Page> pages = new ArrayDeque<>(2);

    /// The page that is being filled: the one that every event touches.
    private @Nullable Page newest;

    private final List<LogCursor> cursors = new ArrayList<>(1);
    private long lastEvent;
    private long totalBytes;
    private long heldBytes;
    private boolean closed;

    public StreamLog(LogBudget budget) {
        this.budget = budget;
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
        Page page = pageFor(length);
        int start = page.used();
        System.arraycopy(source, from, page.bytes, start, length);
        if (page.count == page.ends.length) {
            page.ends = Arrays.copyOf(page.ends, page.ends.length * 2);
        }
        page.ends[page.count++] = start + length;
        totalBytes += length;
        return ++lastEvent;
    }

    private Page pageFor(int length) {
        Page last = newest;
        if (last != null && last.bytes.length - last.used() >= length) {
            return last;
        }
        if (budget.isExhausted()) {
            giveBackWhatWasRead();
        }
        int usual = last == null ? FIRST_PAGE_BYTES : PAGE_BYTES;
        var page = new Page(lastEvent + 1, Math.max(usual, length));
        pages.addLast(page);
        newest = page;
        heldBytes += page.bytes.length;
        budget.take(page.bytes.length);
        return page;
    }

    private void giveBackWhatWasRead() {
        long slowest = cursors.isEmpty() ? 0 : Long.MAX_VALUE;
        for (LogCursor cursor : cursors) {
            slowest = Math.min(slowest, cursor.lastRead());
        }
        while (!pages.isEmpty()
                && pages.peekFirst().firstEvent + pages.peekFirst().count - 1 <= slowest) {
            Page page = pages.removeFirst();
            heldBytes -= page.bytes.length;
            budget.give(page.bytes.length);
        }
    }

    /// Forgets events that no reader has been told of, because another attempt starts over.
    public void restart() {
        if (cursors.stream().anyMatch(cursor -> cursor.lastRead() > 0)) {
            throw new IllegalStateException("events were read already");
        }
        release();
        lastEvent = 0;
        totalBytes = 0;
    }

    /// A reader that starts behind an event; 0 is before the first.
    ///
    /// @throws IllegalArgumentException unless [#canReadAfter] says that it may
    public LogCursor readAfter(long event) {
        if (!canReadAfter(event)) {
            throw new IllegalArgumentException(
                    "event: "
                            + event
                            + " (expected: from "
                            + (firstKept() - 1)
                            + " to "
                            + lastEvent
                            + ")");
        }
        var cursor = new LogCursor(this, event);
        cursors.add(cursor);
        return cursor;
    }

    /// Whether every event after this one is still kept, and this one has happened.
    public boolean canReadAfter(long event) {
        return event <= lastEvent && event >= firstKept() - 1;
    }

    /// The oldest event that can still be read.
    private long firstKept() {
        Page first = pages.peekFirst();
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

    /// Bytes of all events so far, those given back included.
    public long totalBytes() {
        return totalBytes;
    }

    /// Bytes of all events up to this one, those given back included.
    long bytesUpTo(long event) {
        long bytes = totalBytes;
        for (Page page : pages) {
            long last = page.firstEvent + page.count - 1;
            if (event < page.firstEvent) {
                bytes -= page.used();
            } else if (event < last) {
                bytes -= page.used() - page.ends[(int) (event - page.firstEvent)];
            }
        }
        return bytes;
    }

    /// The page that holds an event, or null when it was given back or is not there yet.
    @Nullable Page pageOf(long event) {
        for (Page page : pages) {
            if (event >= page.firstEvent && event < page.firstEvent + page.count) {
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
