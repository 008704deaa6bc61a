package dev.firsttoken.gateway.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/// What somebody may have meant by a name that nobody knows.
final class Spelling {

    private Spelling() {}

    /// The known name that takes the fewest edits, if it is near enough to be a slip.
    static Optional<String> nearest(String name, Collection<String> known) {
        String plain = plain(name);
        int allowed = Math.max(1, plain.length() / 3);
        return known.stream()
                .filter(candidate -> edits(plain, plain(candidate)) <= allowed)
                .min(Comparator.comparingInt(candidate -> edits(plain, plain(candidate))));
    }

    /// `baseUrl`, `base_url` and `base-url` are the same slip of no edits.
    private static String plain(String name) {
        String start = name.length() > 64 ? name.substring(0, 64) : name;
        return start.replaceAll("[-_ ]", "").toLowerCase(Locale.ROOT);
    }

    /// Insertions, deletions, replacements and swaps of neighbours (optimal string alignment).
    private static int edits(String from, String to) {
        int[][] cost = new int[from.length() + 1][to.length() + 1];
        for (int i = 0; i <= from.length(); i++) {
            for (int j = 0; j <= to.length(); j++) {
                if (i == 0 || j == 0) {
                    cost[i][j] = i + j;
                    continue;
                }
                int replaced = from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1;
                int best =
                        Math.min(
                                cost[i - 1][j - 1] + replaced,
                                1 + Math.min(cost[i - 1][j], cost[i][j - 1]));
                if (i > 1
                        && j > 1
                        && from.charAt(i - 1) == to.charAt(j - 2)
                        && from.charAt(i - 2) == to.charAt(j - 1)) {
                    best = Math.min(best, 1 + cost[i - 2][j - 2]);
                }
                cost[i][j] = best;
            }
        }
        return cost[from.length()][to.length()];
    }
}
