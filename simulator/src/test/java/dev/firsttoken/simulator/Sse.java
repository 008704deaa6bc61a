package dev.firsttoken.simulator;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads the text out of a streamed answer, the simple way.
final class Sse {

    private static final Pattern CONTENT = Pattern.compile("\"content\":\"([^\"\\\\]*)\"");

    private Sse() {}

    static String text(String body) {
        StringBuilder text = new StringBuilder();
        Matcher matcher = CONTENT.matcher(body);
        while (matcher.find()) {
            text.append(matcher.group(1));
        }
        return text.toString();
    }
}
