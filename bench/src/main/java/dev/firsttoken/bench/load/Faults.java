package dev.firsttoken.bench.load;

import java.util.LinkedHashMap;
import java.util.Map;

/// What went wrong, counted by its wording. Owned by the event loop.
final class Faults {

    private static final int KINDS = 20;

    private final Map<String, Integer> counts = new LinkedHashMap<>();
    private int total;

    void add(String what) {
        total++;
        String kind = counts.size() < KINDS || counts.containsKey(what) ? what : "others";
        counts.merge(kind, 1, Integer::sum);
    }

    int total() {
        return total;
    }

    Map<String, Integer> byKind() {
        return Map.copyOf(counts);
    }
}
