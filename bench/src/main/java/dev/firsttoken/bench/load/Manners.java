package dev.firsttoken.bench.load;

/// How clients behave that do not just read to the end.
///
/// @param slowShare the share of clients that read slowly, 0 to 1
/// @param slowBytesPerSecond how slowly
/// @param leavingShare the share that leaves before the end, half of them with a reset
/// @param leaveWithinEvents each leaves after a number of content events drawn up to this
public record Manners(
        double slowShare, int slowBytesPerSecond, double leavingShare, int leaveWithinEvents) {

    /// Everybody reads to the end.
    public static final Manners GOOD = new Manners(0, 1_000, 0, 20);

    public Manners {
        if (slowShare < 0 || leavingShare < 0 || slowShare + leavingShare > 1) {
            throw new IllegalArgumentException(
                    "slow: %s and leave: %s (expected: shares from 0 to 1, together at most 1)"
                            .formatted(slowShare, leavingShare));
        }
        if (slowBytesPerSecond < 1) {
            throw new IllegalArgumentException(
                    "slow-rate: " + slowBytesPerSecond + " (expected: at least 1 byte/s)");
        }
        if (leaveWithinEvents < 1) {
            throw new IllegalArgumentException(
                    "leave-within: " + leaveWithinEvents + " (expected: at least 1 event)");
        }
    }
}
