package dev.firsttoken.wire.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.net.URLEncoder;

/// The path of a request, for dialects that name the model there (RFC 3986).
public final class UrlPath {

    private UrlPath() {}

    /// A name as one segment of a path: a slash in it is encoded, too.
    public static String encoded(String name) {
        return URLEncoder.encode(name, UTF_8).replace("+", "%20");
    }

    /// What was encoded; what was not is given as it is.
    public static String decoded(String segment) {
        try {
            return URLDecoder.decode(segment.replace("+", "%2B"), UTF_8);
        } catch (IllegalArgumentException e) {
            return segment;
        }
    }

    public static String withoutQuery(String target) {
        int question = target.indexOf('?');
        return question < 0 ? target : target.substring(0, question);
    }

    /// What stands behind the question mark, if anything does.
    public static String query(String target) {
        return target.substring(
                target.indexOf('?') < 0 ? target.length() : target.indexOf('?') + 1);
    }
}
