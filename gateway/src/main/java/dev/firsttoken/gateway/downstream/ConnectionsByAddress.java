package dev.firsttoken.gateway.downstream;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentHashMap;

/// How many connections each client network has open: one IPv4 address, or one IPv6 /64, which is
/// what one household or machine is given. Any thread may ask.
final class ConnectionsByAddress {

    /// @param prefix the IPv4 address, or the first half of the IPv6 address
    private record Network(boolean six, long prefix) {
        static Network of(InetAddress address) {
            var bytes = ByteBuffer.wrap(address.getAddress());
            return address instanceof Inet6Address
                    ? new Network(true, bytes.getLong())
                    : new Network(false, bytes.getInt());
        }
    }

    private final ConcurrentHashMap<Network, Integer> open = new ConcurrentHashMap<>();

    /// @return false when the network has as many as it may; then nothing was counted
    boolean enter(InetAddress address, int limit) {
        boolean[] entered = new boolean[1];
        open.compute(
                Network.of(address),
                (_, count) -> {
                    int before = count == null ? 0 : count;
                    entered[0] = before < limit;
                    return entered[0] ? Integer.valueOf(before + 1) : count;
                });
        return entered[0];
    }

    void leave(InetAddress address) {
        open.computeIfPresent(Network.of(address), (_, count) -> count == 1 ? null : count - 1);
    }

    /// Networks with a connection.
    int size() {
        return open.size();
    }
}
