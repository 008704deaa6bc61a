package dev.firsttoken.gateway.page;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One file of the page, in the codings that it was built in.
///
/// @param type its media type
/// @param plain as it is
/// @param brotli compressed by the build, if that was worth it
/// @param gzip the same
record Asset(String type, Encoded plain, @Nullable Encoded brotli, @Nullable Encoded gzip) {

    private static final Map<String, String> TYPES =
            Map.of(
                    "html", "text/html; charset=utf-8",
                    "js", "text/javascript; charset=utf-8",
                    "css", "text/css; charset=utf-8",
                    "svg", "image/svg+xml",
                    "png", "image/png");

    /// The bytes in one coding.
    ///
    /// @param coding the `content-encoding`, null for none
    /// @param etag strong, so each coding has its own
    record Encoded(@Nullable String coding, byte[] bytes, String etag) {}

    static Asset of(String name, byte[] plain, byte @Nullable [] brotli, byte @Nullable [] gzip) {
        String type =
                TYPES.getOrDefault(
                        name.substring(name.lastIndexOf('.') + 1), "application/octet-stream");
        String hash = hash(plain);
        return new Asset(
                type,
                new Encoded(null, plain, "\"" + hash + "\""),
                brotli == null ? null : new Encoded("br", brotli, "\"" + hash + "-br\""),
                gzip == null ? null : new Encoded("gzip", gzip, "\"" + hash + "-gzip\""));
    }

    /// The smallest form that a client takes.
    ///
    /// @param accepted its `accept-encoding`
    Encoded encoded(@Nullable String accepted) {
        if (brotli != null && takes(accepted, "br")) {
            return brotli;
        }
        if (gzip != null && takes(accepted, "gzip")) {
            return gzip;
        }
        return plain;
    }

    /// Whether a list of codings (RFC 9110, section 12.5.3) names this one without refusing it. A
    /// wildcard is not taken for a promise.
    private static boolean takes(@Nullable String accepted, String coding) {
        if (accepted == null) {
            return false;
        }
        for (String item : accepted.split(",", -1)) {
            int semicolon = item.indexOf(';');
            String name = semicolon < 0 ? item : item.substring(0, semicolon);
            if (name.strip().equalsIgnoreCase(coding)) {
                return semicolon < 0
                        || !item.substring(semicolon + 1).strip().matches("[qQ]=0(\\.0{0,3})?");
            }
        }
        return false;
    }

    private static String hash(byte[] bytes) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            return HexFormat.of().formatHex(digest, 0, 12);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
