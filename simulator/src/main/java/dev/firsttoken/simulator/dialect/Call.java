package dev.firsttoken.simulator.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.util.function.UnaryOperator;

/// A request as it came in.
///
/// @param route the path without its query
/// @param query what follows the question mark, empty if nothing does
/// @param headers from a name in lower case to its value, empty if there is none
public record Call(String route, String query, UnaryOperator<String> headers, byte[] body) {

    String header(String name) {
        return headers.apply(name);
    }

    /// The credential, wherever a dialect puts it, empty if there is none. Of a signature it is the
    /// name of the key.
    public String key() {
        String authorization = header("authorization");
        int credential = authorization.indexOf("Credential=");
        if (credential >= 0) {
            String name = authorization.substring(credential + "Credential=".length());
            return name.substring(0, Math.max(0, name.indexOf('/')));
        }
        if (!authorization.isEmpty()) {
            return authorization.substring(authorization.indexOf(' ') + 1);
        }
        String own = header("x-api-key") + header("x-goog-api-key");
        return own.isEmpty() ? parameter("key") : own;
    }

    /// A piece of the path without its escapes, in which `+` is a plus.
    static String decoded(String piece) {
        return URLDecoder.decode(piece.replace("+", "%2B"), UTF_8);
    }

    /// The value in the query, empty if there is none.
    String parameter(String name) {
        for (String pair : query.split("&")) {
            if (pair.startsWith(name + "=")) {
                return decoded(pair.substring(name.length() + 1));
            }
        }
        return "";
    }
}
