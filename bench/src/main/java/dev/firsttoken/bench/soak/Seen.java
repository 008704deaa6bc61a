package dev.firsttoken.bench.soak;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The events of one answer that a client has read so far. Owned by that client.
final class Seen {

    private static final String DATA = "data:";
    private static final int LONGEST = 1024 * 1024;
    private static final Pattern SAID =
            Pattern.compile(
                    "\"(content|reasoning|reasoning_content|arguments)\"\\s*:\\s*\"((?:[^\"\\\\]|\\\\.)*+)\"");
    private static final Pattern CODE = Pattern.compile("\"code\"\\s*:\\s*\"([^\"]*)\"");

    private final List<String> events = new ArrayList<>();

    /// Reads one event.
    ///
    /// @return false behind the last
    /// @throws IOException when the body breaks off
    boolean readEvent(RawConnection connection) throws IOException {
        var data = new StringBuilder();
        boolean any = false;
        for (String line = connection.bodyLine(); line != null; line = connection.bodyLine()) {
            if (line.startsWith(DATA)) {
                if (any) {
                    data.append('\n');
                }
                data.append(line, line.startsWith(" ", DATA.length()) ? 6 : 5, line.length());
                any = true;
                if (data.length() > LONGEST) {
                    throw new IOException("an event of more than " + LONGEST + " characters");
                }
            } else if (line.isEmpty() && any) {
                events.add(data.toString());
                return true;
            }
        }
        return false;
    }

    void clear() {
        events.clear();
    }

    int size() {
        return events.size();
    }

    List<String> events() {
        return List.copyOf(events);
    }

    boolean hasTerminal() {
        return !events.isEmpty() && (isDone(events.getLast()) || isError(events.getLast()));
    }

    /// Whether somebody who trusts the dialect takes this for an answer that is all there.
    boolean looksComplete() {
        return !events.isEmpty()
                && isDone(events.getLast())
                && events.stream().noneMatch(Seen::isError);
    }

    /// The error's code, or nothing.
    String errorCode() {
        for (String event : events) {
            if (isError(event)) {
                Matcher code = CODE.matcher(event);
                return code.find() ? code.group(1) : "without code";
            }
        }
        return "";
    }

    /// What was said under a field's name, escapes as they are.
    String said(String field) {
        var said = new StringBuilder();
        for (String event : events) {
            said.append(said(event, field));
        }
        return said.toString();
    }

    static String said(String event, String field) {
        var said = new StringBuilder();
        Matcher matcher = SAID.matcher(event);
        while (matcher.find()) {
            if (matcher.group(1).equals(field)) {
                said.append(matcher.group(2));
            }
        }
        return said.toString();
    }

    private static boolean isDone(String event) {
        return event.equals("[DONE]");
    }

    /// A quotation mark that is not escaped is never inside a text.
    private static boolean isError(String event) {
        return event.contains("\"error\":");
    }
}
