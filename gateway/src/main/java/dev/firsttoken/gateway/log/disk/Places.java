package dev.firsttoken.gateway.log.disk;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where on disk the events of one stream are.
///
/// A [Run] is a number of records in one segment whose events follow each other without a gap. Runs
/// may overlap, because events are carried over to another segment before their own is dropped.
///
/// Written by the shard's thread and read by any; the lock is held for a few steps and never while
/// a file is touched. Event loops do not come here.
final class Places {

    /// Records in one segment, as the steps from one to the next: a few bytes each.
    static final class Run {

        final Segment segment;
        final long first;
        long last;
        final int firstOffset;
        private int lastOffset;
        private byte[] steps;
        private int used;
        long bytes;

        private Run(Segment segment, long first, int offset) {
            this.segment = segment;
            this.first = first;
            this.last = first - 1;
            this.firstOffset = offset;
            this.lastOffset = offset;
            this.steps = new byte[8];
        }

        private Run(Run other) {
            this.segment = other.segment;
            this.first = other.first;
            this.last = other.last;
            this.firstOffset = other.firstOffset;
            this.lastOffset = other.lastOffset;
            // The bytes up to `used` never change, so that a copy can share them.
            this.steps = other.steps;
            this.used = other.used;
            this.bytes = other.bytes;
        }

        private void add(int offset, int count, int length) {
            if (used + 10 > steps.length) {
                steps = Arrays.copyOf(steps, steps.length + (steps.length >> 1) + 10);
            }
            putNumber(offset - lastOffset);
            putNumber(count);
            lastOffset = offset;
            last += count;
            bytes += length;
        }

        private void putNumber(int number) {
            int rest = number;
            while (rest > 0x7F) {
                steps[used++] = (byte) (rest | 0x80);
                rest >>>= 7;
            }
            steps[used++] = (byte) rest;
        }

        Walk walk() {
            return new Walk();
        }

        /// Goes through the records of a run. Only for a run that no longer changes.
        final class Walk {

            private int position;
            private int offset = firstOffset;
            private long seq = first;
            private int count;

            boolean next() {
                if (position == used) {
                    return false;
                }
                seq += count;
                offset += number();
                count = number();
                return true;
            }

            private int number() {
                int result = 0;
                for (int shift = 0; ; shift += 7) {
                    byte part = steps[position++];
                    result |= (part & 0x7F) << shift;
                    if (part >= 0) {
                        return result;
                    }
                }
            }

            int offset() {
                return offset;
            }

            long firstSeq() {
                return seq;
            }

            long lastSeq() {
                return seq + count - 1;
            }

            /// The offset of the record after this one, or -1.
            int peekOffset() {
                if (position == used) {
                    return -1;
                }
                int here = position;
                int following = offset + number();
                position = here;
                return following;
            }
        }
    }

    private List<Run> runs = new ArrayList<>(1);

    synchronized void add(Segment segment, int offset, long firstSeq, int count, int length) {
        Run run = runs.isEmpty() ? null : runs.getLast();
        if (run == null || run.segment != segment || run.last + 1 != firstSeq) {
            run = new Run(segment, firstSeq, offset);
            runs.add(run);
        }
        run.add(offset, count, length);
    }

    /// A run that holds an event, as it is now, or null.
    synchronized @Nullable Run holding(long seq) {
        for (Run run : runs) {
            if (run.first <= seq && seq <= run.last) {
                return new Run(run);
            }
        }
        return null;
    }

    synchronized List<Run> in(Segment segment) {
        var found = new ArrayList<Run>();
        for (Run run : runs) {
            if (run.segment == segment) {
                found.add(new Run(run));
            }
        }
        return found;
    }

    /// Whether the events from 1 to a last one are all there, even without one of the segments.
    synchronized boolean cover(long last, @Nullable Segment without) {
        long reached = 0;
        boolean further = true;
        while (further && reached < last) {
            further = false;
            for (Run run : runs) {
                if (run.segment != without && run.first <= reached + 1 && run.last > reached) {
                    reached = run.last;
                    further = true;
                }
            }
        }
        return reached >= last;
    }

    synchronized long last() {
        long last = 0;
        for (Run run : runs) {
            last = Math.max(last, run.last);
        }
        return last;
    }

    synchronized void forget(Segment segment) {
        runs.removeIf(run -> run.segment == segment);
    }

    synchronized void clear() {
        runs = new ArrayList<>(0);
    }

    /// Gives back the memory that only growing needs.
    synchronized void trim() {
        for (Run run : runs) {
            run.steps = Arrays.copyOf(run.steps, run.used);
        }
    }
}
