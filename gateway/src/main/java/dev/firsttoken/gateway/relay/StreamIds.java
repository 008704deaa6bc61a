package dev.firsttoken.gateway.relay;

import java.security.SecureRandom;
import java.util.HexFormat;

/// Names for streams: 128 random bits, so that nobody guesses another's.
final class StreamIds {

    private static final SecureRandom RANDOM = new SecureRandom();

    private StreamIds() {}

    static String next() {
        byte[] bits = new byte[16];
        RANDOM.nextBytes(bits);
        return "st_" + HexFormat.of().formatHex(bits);
    }
}
