package dev.firsttoken.gateway.downstream;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/// The body of the request that is being received. It grows with what has really come, and every
/// byte of it counts against the [BodyBudget].
final class BodyBuffer {

    private static final byte[] NOTHING = new byte[0];

    private final BodyBudget budget;
    private final long limit;
    private byte[] bytes = NOTHING;
    private int length;

    BodyBuffer(BodyBudget budget, long limit) {
        this.budget = budget;
        this.limit = limit;
    }

    int length() {
        return length;
    }

    /// @return false when all bodies together would take more than they may
    boolean append(ByteBuf content) {
        int count = content.readableBytes();
        if (count > 0 && !budget.take(count, limit)) {
            return false;
        }
        if (bytes.length - length < count) {
            bytes = Arrays.copyOf(bytes, Math.max(length + count, bytes.length * 2));
        }
        content.readBytes(bytes, length, count);
        length += count;
        return true;
    }

    /// Hands the body over. Whoever takes it gives its bytes back to the budget.
    byte[] take() {
        byte[] whole = bytes.length == length ? bytes : Arrays.copyOf(bytes, length);
        bytes = NOTHING;
        length = 0;
        return whole;
    }

    void clear() {
        budget.giveBack(length);
        bytes = NOTHING;
        length = 0;
    }
}
