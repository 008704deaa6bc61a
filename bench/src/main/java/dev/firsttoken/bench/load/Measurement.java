package dev.firsttoken.bench.load;

import dev.firsttoken.bench.machine.MachineReading;
import dev.firsttoken.bench.machine.MachineUse;
import dev.firsttoken.bench.stats.Histogram;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a run counted. Events and latencies count inside the window only, faults and finished
/// streams always. Owned by the event loop while the run lasts.
final class Measurement {

    private final List<Long> watchedPids;
    private final List<Long> harnessPids;
    private @Nullable MachineReading begin;
    private @Nullable MachineReading harnessBegin;
    private @Nullable MachineUse use;
    private long harnessCpuNanos;

    final Histogram firstToken = new Histogram();
    final Histogram gap = new Histogram();
    final Faults faults = new Faults();
    long contentEvents;
    long comments;
    int finished;

    Measurement(List<Long> watchedPids, List<Long> harnessPids) {
        this.watchedPids = watchedPids;
        this.harnessPids = harnessPids;
    }

    void openWindow() {
        begin = MachineReading.take(watchedPids);
        harnessBegin = MachineReading.take(harnessPids);
    }

    void closeWindow() {
        if (begin != null && harnessBegin != null && use == null) {
            use = MachineReading.take(watchedPids).since(begin);
            harnessCpuNanos =
                    MachineReading.take(harnessPids).since(harnessBegin).processCpuNanos();
        }
    }

    boolean windowIsOpen() {
        return begin != null && use == null;
    }

    long harnessCpuNanos() {
        return harnessCpuNanos;
    }

    /// What the window cost; all zero if it was never opened.
    MachineUse use() {
        return use == null ? new MachineUse(0, 0, List.of(), List.of()) : use;
    }
}
