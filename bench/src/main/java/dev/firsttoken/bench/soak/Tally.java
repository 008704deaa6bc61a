package dev.firsttoken.bench.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/// What all clients have seen. Safe for use by many threads.
final class Tally {

    private static final int SHOWN_EXAMPLES = 25;

    private final Map<String, Long> outcomes = new TreeMap<>();
    private final Map<String, List<String>> faults = new TreeMap<>();
    private final Map<String, Long> faultCounts = new TreeMap<>();
    private final Set<String> streamIds = ConcurrentHashMap.newKeySet();
    private long healthy;
    private long healthyFailed;

    synchronized void outcome(String what) {
        outcomes.merge(what, 1L, Long::sum);
    }

    void stream(String id) {
        streamIds.add(id);
    }

    /// A healthy answer that a client waited for.
    synchronized void healthy(boolean complete) {
        healthy++;
        if (!complete) {
            healthyFailed++;
        }
    }

    /// Something that must never happen.
    synchronized void fault(String kind, String what) {
        faultCounts.merge(kind, 1L, Long::sum);
        List<String> examples = faults.computeIfAbsent(kind, _ -> new ArrayList<>());
        if (examples.size() < SHOWN_EXAMPLES) {
            examples.add(what);
        }
    }

    Set<String> streamIds() {
        return streamIds;
    }

    synchronized Map<String, Long> outcomes() {
        return Map.copyOf(outcomes);
    }

    synchronized Map<String, Long> faults() {
        return new TreeMap<>(faultCounts);
    }

    synchronized List<String> examples(String kind) {
        return List.copyOf(faults.getOrDefault(kind, List.of()));
    }

    synchronized long healthy() {
        return healthy;
    }

    synchronized long healthyFailed() {
        return healthyFailed;
    }
}
