package dev.firsttoken.gateway.config;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/// Makes the keys that callers show: `ft-`, 43 characters of chance, 6 of checksum, letters and
/// digits only.
///
/// The chance is worth 256 bits. The checksum lets a scanner for leaked secrets, and a person with
/// a typo, know a key of ours without asking us; it protects nothing.
public final class CallerKeys {

    /// What a secret scanner looks for.
    public static final Pattern PATTERN = Pattern.compile("ft-[0-9A-Za-z]{49}");

    private static final String DIGITS =
            "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final String PREFIX = "ft-";
    // 62^43 is the first power of 62 above 2^256.
    private static final int RANDOM_LENGTH = 43;
    private static final int CHECKSUM_LENGTH = 6;
    private static final SecureRandom RANDOM = new SecureRandom();

    private CallerKeys() {}

    /// A key to hand over once, and what to write into the configuration.
    public record Generated(Secret key, String sha256) {}

    public static Generated generate() {
        StringBuilder key = new StringBuilder(PREFIX);
        for (int i = 0; i < RANDOM_LENGTH; i++) {
            key.append(DIGITS.charAt(RANDOM.nextInt(DIGITS.length())));
        }
        key.append(checksum(key.toString()));
        return new Generated(new Secret(key.toString()), sha256(key.toString()));
    }

    /// Whether this looks like a key of ours that nobody mistyped.
    public static boolean isWellFormed(String key) {
        int split = key.length() - CHECKSUM_LENGTH;
        return PATTERN.matcher(key).matches()
                && checksum(key.substring(0, split)).equals(key.substring(split));
    }

    /// Lower-case hex of SHA-256 over the key's UTF-8 bytes.
    public static String sha256(String key) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(key.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static String checksum(String text) {
        CRC32 crc = new CRC32();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        long rest = crc.getValue();
        StringBuilder digits = new StringBuilder();
        for (int i = 0; i < CHECKSUM_LENGTH; i++) {
            digits.insert(0, DIGITS.charAt((int) (rest % DIGITS.length())));
            rest /= DIGITS.length();
        }
        return digits.toString();
    }
}
