package dev.firsttoken.gateway.upstream;

import io.netty.util.NetUtil;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// Which addresses the name of a provider may stand for.
///
/// Whoever answers for a name decides where our credentials go, so a name on the internet must not
/// lead into the network that we stand in, and no name may lead to the services that hand out a
/// machine's own credentials. An address that the configuration names itself is not asked about.
///
/// Source: RFC 6890 and its registries; RFC 6052 and RFC 3056 for IPv4 inside IPv6.
final class AddressPolicy {

    /// What names of a private network end with. Source: RFC 6762, RFC 8375, RFC 9476 and custom.
    private static final List<String> PRIVATE_SUFFIXES =
            List.of(
                    ".localhost",
                    ".local",
                    ".internal",
                    ".intranet",
                    ".lan",
                    ".home",
                    ".home.arpa",
                    ".corp",
                    ".private",
                    ".svc",
                    ".test");

    private record Network(byte[] address, int bits) {
        static Network of(String text) {
            int slash = text.indexOf('/');
            byte[] address = NetUtil.createByteArrayFromIpAddressString(text.substring(0, slash));
            return new Network(address, Integer.parseInt(text.substring(slash + 1)));
        }

        boolean contains(byte[] other) {
            if (other.length != address.length) {
                return false;
            }
            for (int bit = 0; bit < bits; bit++) {
                int mask = 0x80 >> (bit & 7);
                if (((address[bit >> 3] ^ other[bit >> 3]) & mask) != 0) {
                    return false;
                }
            }
            return true;
        }
    }

    /// Never behind a name: this network, link-local and its metadata services, those of clouds
    /// elsewhere, multicast, reserved.
    private static final List<Network> FORBIDDEN =
            networks(
                    "0.0.0.0/8",
                    "169.254.0.0/16",
                    "100.100.100.200/32",
                    "168.63.129.16/32",
                    "192.0.0.0/24",
                    "224.0.0.0/4",
                    "240.0.0.0/4",
                    "::/128",
                    "fe80::/10",
                    "fec0::/10",
                    "fd00:ec2::/32",
                    "fd20:ce::254/128",
                    "ff00::/8");

    /// Behind the names of a private network alone.
    private static final List<Network> PRIVATE =
            networks(
                    "10.0.0.0/8",
                    "100.64.0.0/10",
                    "127.0.0.0/8",
                    "172.16.0.0/12",
                    "192.0.2.0/24",
                    "192.168.0.0/16",
                    "198.18.0.0/15",
                    "198.51.100.0/24",
                    "203.0.113.0/24",
                    "::1/128",
                    "fc00::/7",
                    "100::/64",
                    "2001:db8::/32");

    private AddressPolicy() {}

    private static List<Network> networks(String... texts) {
        return Arrays.stream(texts).map(Network::of).toList();
    }

    /// Whether a name is one that a private network gives, where nobody has said anything else.
    static boolean isOfPrivateNetwork(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        if (name.endsWith(".")) {
            name = name.substring(0, name.length() - 1);
        }
        return name.indexOf('.') < 0 || PRIVATE_SUFFIXES.stream().anyMatch(name::endsWith);
    }

    /// Whether a connection to this address may be made for a name.
    ///
    /// @param privateToo whether the name may stand for an address of a private network
    static boolean allows(InetAddress address, boolean privateToo) {
        byte[] bytes = withoutTunnel(address);
        return FORBIDDEN.stream().noneMatch(network -> network.contains(bytes))
                && (privateToo || PRIVATE.stream().noneMatch(network -> network.contains(bytes)));
    }

    /// The IPv4 address that an IPv6 address carries, if it does.
    private static byte[] withoutTunnel(InetAddress address) {
        byte[] bytes = address.getAddress();
        return switch (address) {
            case Inet4Address _ -> bytes;
            case Inet6Address _ when EMBEDDED_AT_END.stream().anyMatch(n -> n.contains(bytes)) ->
                    Arrays.copyOfRange(bytes, 12, 16);
            case Inet6Address _ when SIX_TO_FOUR.contains(bytes) -> Arrays.copyOfRange(bytes, 2, 6);
            case InetAddress _ -> bytes;
        };
    }

    /// NAT64, and forms in which the first 96 bits say nothing.
    private static final List<Network> EMBEDDED_AT_END =
            networks("64:ff9b::/96", "::ffff:0:0:0/96");

    private static final Network SIX_TO_FOUR = Network.of("2002::/16");
}
