package dev.firsttoken.gateway.admission;

import java.net.InetAddress;
import java.nio.ByteBuffer;

/// What one client is likely to have of the address space: an IPv4 address, or an IPv6 /64.
record AddressBlock(int version, long prefix) {

    static AddressBlock of(InetAddress address) {
        byte[] bytes = address.getAddress();
        return bytes.length == 4
                ? new AddressBlock(4, ByteBuffer.wrap(bytes).getInt())
                : new AddressBlock(6, ByteBuffer.wrap(bytes).getLong());
    }
}
