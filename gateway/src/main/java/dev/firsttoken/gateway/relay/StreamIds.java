package dev.firsttoken.gateway.relay;

import java.security.SecureRandom;
import java.util.HexFormat;

/// Names for streams: 128 random bits, so that nobody guesses another's.
final class StreamIds {

    private static final SecureRandom RANDOM = new SecureRandom();

    private StreamIds() {}

    private static final String PREFIX = "st_";

    static String next() {
        byte[] bits = new byte[16];
        RANDOM.nextBytes(bits);
        return PREFIX + HexFormat.of().formatHex(bits);
    }

    /// The id without the prefix that says that it is a stream's: dialects have their own.
    static String bare(String id) {
        return id.substring(PREFIX.length());
    }
}
