package dev.firsttoken.gateway.config;

import java.util.Locale;

/// What a host's spelling alone says about it. Nothing is looked up, and a doubtful spelling is
/// public.
final class Hosts {

    private Hosts() {}

    static boolean isLoopback(String host) {
        String plain = host.toLowerCase(Locale.ROOT);
        return plain.equals("localhost")
                || plain.equals("::1")
                || plain.equals("[::1]")
                || plain.matches("127(\\.(0|[1-9][0-9]{0,2})){3}");
    }
}
