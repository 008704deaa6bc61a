package dev.firsttoken.gateway.log;

import java.util.Arrays;

/// Consecutive events of a stream: their bytes, and where each of them ends. What was added never
/// changes.
public final class EventPage {

    final long firstEvent;
    byte[] bytes;
    int[] ends;
    int count;

    /// @param firstEvent the number of the first event
    /// @param size how many bytes it takes without growing
    public EventPage(long firstEvent, int size) {
        this.firstEvent = firstEvent;
        this.bytes = new byte[size];
        this.ends = new int[Math.max(8, size / 128)];
    }

    /// Adds an event; a page that is too small grows.
    public void add(byte[] source, int from, int to) {
        int start = used();
        int end = start + to - from;
        if (end > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(end, 2 * bytes.length));
        }
        System.arraycopy(source, from, bytes, start, to - from);
        if (count == ends.length) {
            ends = Arrays.copyOf(ends, ends.length * 2);
        }
        ends[count++] = end;
    }

    public int used() {
        return count == 0 ? 0 : ends[count - 1];
    }

    public boolean isEmpty() {
        return count == 0;
    }

    long lastEvent() {
        return firstEvent + count - 1;
    }

    boolean holds(long event) {
        return event >= firstEvent && event <= lastEvent();
    }

    boolean hasRoomFor(int length) {
        return bytes.length - used() >= length;
    }

    int startOf(int index) {
        return index == 0 ? 0 : ends[index - 1];
    }
}
