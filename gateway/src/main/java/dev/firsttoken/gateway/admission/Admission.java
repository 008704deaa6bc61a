package dev.firsttoken.gateway.admission;

import dev.firsttoken.gateway.config.Config;
import dev.firsttoken.gateway.config.Config.CallerKey;
import dev.firsttoken.gateway.dialect.RejectedException;
import dev.firsttoken.gateway.downstream.ClientRequest;
import dev.firsttoken.wire.event.Failure;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// The door: one place that reads credentials, and one that counts who is inside.
public final class Admission {

    private static final Duration COME_BACK_AFTER = Duration.ofSeconds(1);
    private static final String BEARER = "bearer ";

    /// The keys and limits of one configuration.
    private record Rules(Map<String, Caller> callersByHash, int streams, int streamsPerKey) {}

    private final AtomicInteger inside = new AtomicInteger();
    private final Map<Caller, AtomicInteger> insideByCaller = new ConcurrentHashMap<>();
    private final LongAdder refusedForServer = new LongAdder();
    private final LongAdder refusedForCaller = new LongAdder();
    private volatile Rules rules;
    private volatile boolean draining;

    public Admission(Config config) {
        rules = rules(config);
    }

    /// Applies another configuration to whoever comes next.
    public void reload(Config config) {
        rules = rules(config);
    }

    private static Rules rules(Config config) {
        var callers = new HashMap<String, Caller>();
        for (CallerKey key : config.keys()) {
            callers.put(key.sha256(), new Caller(key.name(), ownerId(key), key.store()));
        }
        return new Rules(
                Map.copyOf(callers), config.limits().streams(), config.limits().streamsPerKey());
    }

    /// Lets nobody new in.
    public void drain() {
        draining = true;
    }

    public boolean isDraining() {
        return draining;
    }

    /// Requests being answered right now.
    public int inside() {
        return inside.get();
    }

    public long refusedForServer() {
        return refusedForServer.sum();
    }

    public long refusedForCaller() {
        return refusedForCaller.sum();
    }

    /// Finds out who is asking, by `Authorization: Bearer`, `x-api-key` or `api-key`.
    ///
    /// @throws RejectedException when keys are configured and none of them was shown, or when two
    ///   different ones were
    public Caller identify(ClientRequest request) throws RejectedException {
        Rules current = rules;
        if (current.callersByHash.isEmpty()) {
            return Caller.ANYBODY;
        }
        String shown = credential(request);
        if (shown == null) {
            throw new RejectedException(
                    Failure.Kind.UNAUTHENTICATED,
                    "no key was given (expected: Authorization: Bearer, or x-api-key)");
        }
        // The text goes through the hash before anything else sees it, so what is looked up is
        // never what somebody typed.
        Caller caller = current.callersByHash.get(sha256(shown));
        if (caller == null) {
            throw new RejectedException(Failure.Kind.UNAUTHENTICATED, "the key is not known");
        }
        return caller;
    }

    /// Lets a caller's request in.
    ///
    /// @throws RejectedException when the server or the caller has as many open as it may, or when
    ///   the server is stopping
    public Permit admit(Caller caller) throws RejectedException {
        if (draining) {
            throw new RejectedException(busy(Failure.Kind.DRAINING, "the server is stopping"));
        }
        Rules current = rules;
        if (inside.incrementAndGet() > current.streams) {
            inside.decrementAndGet();
            refusedForServer.increment();
            throw new RejectedException(
                    busy(Failure.Kind.OVERLOADED, "the server answers as many requests as it can"));
        }
        AtomicInteger own = insideByCaller.computeIfAbsent(caller, c -> new AtomicInteger());
        if (own.incrementAndGet() > current.streamsPerKey) {
            own.decrementAndGet();
            inside.decrementAndGet();
            refusedForCaller.increment();
            throw new RejectedException(
                    busy(
                            Failure.Kind.RATE_LIMITED,
                            "this key has "
                                    + current.streamsPerKey
                                    + " requests open, which is its limit"));
        }
        return new Permit(
                caller,
                () -> {
                    own.decrementAndGet();
                    inside.decrementAndGet();
                });
    }

    private static Failure busy(Failure.Kind kind, String detail) {
        return new Failure(kind, kind.status(), detail, COME_BACK_AFTER);
    }

    private static @Nullable String credential(ClientRequest request) throws RejectedException {
        var shown = new LinkedHashSet<String>();
        for (String authorization : request.headers().getAll("authorization")) {
            if (authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
                shown.add(authorization.substring(BEARER.length()).strip());
            }
        }
        for (String name : new String[] {"x-api-key", "api-key"}) {
            for (String key : request.headers().getAll(name)) {
                shown.add(key.strip());
            }
        }
        if (shown.size() > 1) {
            throw new RejectedException(
                    Failure.Kind.INVALID_REQUEST, "two different keys were given (expected: one)");
        }
        return shown.isEmpty() || shown.getFirst().isEmpty() ? null : shown.getFirst();
    }

    /// Not the hash that a key is recognized by, so that what is on disk opens no door.
    private static String ownerId(CallerKey key) {
        return sha256("owner of streams:" + key.sha256()).substring(0, 32);
    }

    private static String sha256(String text) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }
}
