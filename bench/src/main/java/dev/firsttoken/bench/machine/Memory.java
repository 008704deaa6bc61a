package dev.firsttoken.bench.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What processes have in memory, as Linux's `/proc` says.
public final class Memory {

    private static final Pattern RESIDENT = Pattern.compile("(?m)^VmRSS:\\s+(\\d+) kB$");

    private Memory() {}

    /// The resident memory of these processes together; 0 where it cannot be told.
    public static long residentBytes(List<Long> pids) {
        return pids.stream().mapToLong(Memory::residentBytes).sum();
    }

    private static long residentBytes(long pid) {
        try {
            String status = Files.readString(Path.of("/proc", Long.toString(pid), "status"));
            Matcher resident = RESIDENT.matcher(status);
            return resident.find() ? Long.parseLong(resident.group(1)) * 1024 : 0;
        } catch (IOException gone) {
            // Not Linux, or the process has ended.
            return 0;
        }
    }
}
