package dev.firsttoken.bench.machine;

/// What one core did since boot, in clock ticks, as `/proc/stat` counts them.
///
/// `steal` is time the hypervisor gave to somebody else: a run with much of it measured the
/// neighbours.
record CoreTimes(long busyTicks, long idleTicks, long stealTicks) {

    /// One `cpuN user nice system idle iowait irq softirq steal guest guest_nice` line. Guest time
    /// is part of user time already.
    static CoreTimes parse(String line) {
        String[] fields = line.trim().split("\\s+");
        long busy =
                ticks(fields, 1)
                        + ticks(fields, 2)
                        + ticks(fields, 3)
                        + ticks(fields, 6)
                        + ticks(fields, 7);
        return new CoreTimes(busy, ticks(fields, 4) + ticks(fields, 5), ticks(fields, 8));
    }

    CoreTimes minus(CoreTimes earlier) {
        return new CoreTimes(
                busyTicks - earlier.busyTicks,
                idleTicks - earlier.idleTicks,
                stealTicks - earlier.stealTicks);
    }

    double busyPercent() {
        return percent(busyTicks);
    }

    double stealPercent() {
        return percent(stealTicks);
    }

    private double percent(long ticks) {
        long total = busyTicks + idleTicks + stealTicks;
        return total == 0 ? 0 : 100.0 * ticks / total;
    }

    private static long ticks(String[] fields, int index) {
        return index < fields.length ? Long.parseLong(fields[index]) : 0;
    }
}
