package dev.firsttoken.gateway.config;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What a host's spelling alone says about it. Nothing is looked up, and a doubtful spelling is
/// public.
final class Hosts {

    private static final Pattern AWS_REGION =
            Pattern.compile(
                    "[.]([a-z]{2,}(?:-[a-z]+)+-[0-9]{1,2})[.](?:vpce[.])?(?:amazonaws[.]com|api[.]aws)");

    private Hosts() {}

    /// The region in a name of AWS, such as `bedrock-runtime.eu-central-1.amazonaws.com`; null if
    /// there is none.
    static @Nullable String awsRegion(String host) {
        Matcher matcher = AWS_REGION.matcher(host.toLowerCase(Locale.ROOT));
        return matcher.find() ? matcher.group(1) : null;
    }

    static boolean isLoopback(String host) {
        String plain = host.toLowerCase(Locale.ROOT);
        return plain.equals("localhost")
                || plain.equals("::1")
                || plain.equals("[::1]")
                || plain.matches("127(\\.(0|[1-9][0-9]{0,2})){3}");
    }
}
