package dev.firsttoken.bench.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// One look at `/proc`: processor time of the watched processes, and the times of every core.
///
/// A tick is 10 ms (`USER_HZ` is 100 on every Linux platform a JVM runs on), so a window of a few
/// seconds is accurate to a fraction of a percent.
public record MachineReading(long takenAtNanos, long processTicks, List<CoreTimes> cores) {

    static final long NANOS_PER_TICK = 10_000_000;

    /// Reads the processes with these ids, summed, and all cores.
    public static MachineReading take(List<Long> pids) {
        long ticks = 0;
        for (long pid : pids) {
            ticks += processTicks(read(Path.of("/proc", Long.toString(pid), "stat")));
        }
        var cores = new ArrayList<CoreTimes>();
        for (String line : read(Path.of("/proc/stat")).split("\n")) {
            if (line.startsWith("cpu") && !line.startsWith("cpu ")) {
                cores.add(CoreTimes.parse(line));
            }
        }
        return new MachineReading(System.nanoTime(), ticks, List.copyOf(cores));
    }

    /// What happened between an earlier reading and this one.
    public MachineUse since(MachineReading earlier) {
        var cores = new ArrayList<CoreTimes>();
        for (int i = 0; i < Math.min(this.cores.size(), earlier.cores.size()); i++) {
            cores.add(this.cores.get(i).minus(earlier.cores.get(i)));
        }
        return new MachineUse(
                takenAtNanos - earlier.takenAtNanos,
                (processTicks - earlier.processTicks) * NANOS_PER_TICK,
                cores.stream().map(CoreTimes::busyPercent).toList(),
                cores.stream().map(CoreTimes::stealPercent).toList());
    }

    /// User and system time of one `/proc/PID/stat` line. The process name is in brackets and may
    /// itself hold blanks and brackets, so counting starts behind the last one.
    static long processTicks(String stat) {
        int afterName = stat.lastIndexOf(')');
        if (afterName < 0) {
            return 0;
        }
        String[] fields = stat.substring(afterName + 2).split(" ");
        return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException gone) {
            // Not Linux, or the process has ended: then there is nothing to count.
            return "";
        }
    }
}
