package dev.firsttoken.simulator.fault;

import java.io.ByteArrayOutputStream;

/// The frames of Brotli (RFC 7932) and Zstandard (RFC 8878) around bytes that are not compressed.
final class Stored {

    /// The largest block both of them take.
    static final int MAX_BLOCK = 1 << 16;

    private static final byte[] ZSTD_MAGIC = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd};

    /// A frame header without size, checksum or dictionary, and a window of 256 KiB.
    private static final byte[] ZSTD_HEADER = {0, 0x40};

    private Stored() {}

    /// What stands before a block of so many bytes.
    ///
    /// @param first whether the stream begins here
    static byte[] brotliBlock(boolean first, int length) {
        // From the lowest bit on: not the last, four nibbles, the length less one, uncompressed.
        int header = (length - 1) << 3 | 1 << 19;
        // One bit of 0 before the first block says that the window has 64 KiB.
        return threeBytes(first ? header << 1 : header);
    }

    static byte[] brotliEnd(boolean first) {
        // The last block, and empty.
        return new byte[] {(byte) (first ? 6 : 3)};
    }

    /// As above.
    static byte[] zstdBlock(boolean first, int length) {
        return zstd(first, threeBytes(length << 3));
    }

    static byte[] zstdEnd(boolean first) {
        return zstd(first, threeBytes(1));
    }

    private static byte[] zstd(boolean first, byte[] block) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        if (first) {
            bytes.writeBytes(ZSTD_MAGIC);
            bytes.writeBytes(ZSTD_HEADER);
        }
        bytes.writeBytes(block);
        return bytes.toByteArray();
    }

    private static byte[] threeBytes(int value) {
        return new byte[] {(byte) value, (byte) (value >> 8), (byte) (value >> 16)};
    }
}
