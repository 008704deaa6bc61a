package dev.firsttoken.bench.soak;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What the server wrote about itself: one line for each stream that ended, and complaints.
///
/// @param endsById how often each stream's end was written
/// @param warnings lines at warn, numbers and ids left out, and how often they came
/// @param complaints lines at error, leak reports and stack traces, the first few
record ServerLog(
        Map<String, Integer> endsById, Map<String, Integer> warnings, List<String> complaints) {

    private static final Pattern END =
            Pattern.compile("(\\S+) \\S+ caller=\\S+ model=.* output_tokens=\\d+ end=\\S+$");
    private static final Pattern COMPLAINT =
            Pattern.compile("\\bERROR\\b|LEAK:|^\\s+at |OutOfMemoryError|^Exception ");
    private static final int SHOWN = 30;

    static ServerLog read(Path file) throws IOException {
        var ends = new HashMap<String, Integer>();
        var warnings = new TreeMap<String, Integer>();
        var complaints = new ArrayList<String>();
        try (var lines = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                Matcher end = END.matcher(line);
                if (end.find()) {
                    ends.merge(end.group(1), 1, Integer::sum);
                } else if (COMPLAINT.matcher(line).find()) {
                    if (complaints.size() < SHOWN) {
                        complaints.add(line);
                    }
                } else if (line.contains("WARN")) {
                    warnings.merge(line.replaceAll("\\d+", "#"), 1, Integer::sum);
                }
            }
        }
        return new ServerLog(ends, warnings, complaints);
    }

    long moreThanOnce() {
        return endsById.values().stream().filter(times -> times > 1).count();
    }

    /// Of the streams that clients were given ids of, those whose end was not written.
    List<String> missing(Set<String> ids) {
        return ids.stream().filter(id -> !endsById.containsKey(id)).toList();
    }
}
