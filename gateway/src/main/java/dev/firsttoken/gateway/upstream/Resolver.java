package dev.firsttoken.gateway.upstream;

import io.netty.channel.EventLoop;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Turns a host name into addresses without blocking an event loop.
///
/// An answer is good for 30 s, the JDK's own default; after a failed lookup the last good one still
/// serves for five minutes. The names come from the configuration, so there are few.
final class Resolver {

    private static final long FRESH_NANOS = Duration.ofSeconds(30).toNanos();
    private static final long USABLE_NANOS = Duration.ofMinutes(5).toNanos();

    private record Answer(List<InetAddress> addresses, long atNanos) {}

    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private final Executor lookups;

    Resolver(Executor lookups) {
        this.lookups = lookups;
    }

    /// Gives the addresses on the loop, at least one, or an empty list when the name is not known.
    void resolve(String host, EventLoop loop, Consumer<List<InetAddress>> then) {
        byte[] literal = NetUtil.createByteArrayFromIpAddressString(host);
        if (literal != null) {
            then.accept(List.of(address(host, literal)));
            return;
        }
        Answer known = answers.get(host);
        if (known != null && System.nanoTime() - known.atNanos < FRESH_NANOS) {
            then.accept(known.addresses);
            return;
        }
        lookups.execute(() -> {
            List<InetAddress> found = lookUp(host, known);
            loop.execute(() -> then.accept(found));
        });
    }

    private List<InetAddress> lookUp(String host, @Nullable Answer known) {
        try {
            List<InetAddress> found = List.of(InetAddress.getAllByName(host));
            answers.put(host, new Answer(found, System.nanoTime()));
            return found;
        } catch (UnknownHostException e) {
            if (known != null && System.nanoTime() - known.atNanos < USABLE_NANOS) {
                return known.addresses;
            }
            return List.of();
        }
    }

    private static InetAddress address(String host, byte[] literal) {
        try {
            return InetAddress.getByAddress(host, literal);
        } catch (UnknownHostException e) {
            throw new AssertionError("an address of " + literal.length + " bytes", e);
        }
    }
}
