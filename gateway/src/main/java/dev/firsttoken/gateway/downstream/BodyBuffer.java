package dev.firsttoken.gateway.downstream;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/// The body of the request that is being received. It grows with what has really come, and room for
/// it is reserved in the [RequestMemory], so that many clients together cannot fill the heap.
final class BodyBuffer {

    private static final byte[] NOTHING = new byte[0];

    private final RequestMemory memory;
    private byte[] bytes = NOTHING;
    private int length;
    private long reserved;

    BodyBuffer(RequestMemory memory) {
        this.memory = memory;
    }

    int length() {
        return length;
    }

    /// Reserves room for a body of announced length before any of it comes.
    ///
    /// @return whether there is as much
    boolean expect(long announcedBytes) {
        long more = announcedBytes - reserved;
        if (more > 0 && !memory.reserve(more)) {
            return false;
        }
        reserved = Math.max(reserved, announcedBytes);
        return true;
    }

    /// @return false when there is no room for it
    boolean append(ByteBuf content) {
        int count = content.readableBytes();
        if (!expect((long) length + count)) {
            return false;
        }
        if (bytes.length - length < count) {
            bytes = Arrays.copyOf(bytes, Math.max(length + count, bytes.length * 2));
        }
        content.readBytes(bytes, length, count);
        length += count;
        return true;
    }

    /// What is reserved for the body. Whoever [takes][#take] it releases that.
    long reserved() {
        return reserved;
    }

    /// Hands the body over.
    byte[] take() {
        byte[] whole = bytes.length == length ? bytes : Arrays.copyOf(bytes, length);
        bytes = NOTHING;
        length = 0;
        reserved = 0;
        return whole;
    }

    void clear() {
        memory.release(reserved);
        take();
    }
}
