package dev.firsttoken.bench.machine;

import java.util.List;

/// What a window of time cost: processor time of the watched processes, and per core the share that
/// was busy and the share that was stolen.
public record MachineUse(
        long windowNanos,
        long processCpuNanos,
        List<Double> coreBusyPercent,
        List<Double> coreStealPercent) {

    /// Several windows as one. What cores did is not told: it was not at one time.
    public static MachineUse pooled(List<MachineUse> uses) {
        return new MachineUse(
                uses.stream().mapToLong(MachineUse::windowNanos).sum(),
                uses.stream().mapToLong(MachineUse::processCpuNanos).sum(),
                List.of(),
                List.of());
    }
}
