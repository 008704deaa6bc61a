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
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The door: one place that reads credentials, and one that counts who is inside.
///
/// What is refused here was refused before anything was done for it: no provider was asked and, for
/// lack of memory, no body read. Used by any thread.
public final class Admission {

    /// What a request is refused for. [#word] is the name of the limit in metrics.
    enum Reason {
        STREAMS("streams"),
        CALLER("streams-per-key"),
        ADDRESS("streams-per-address"),
        RATE("requests-per-minute"),
        MEMORY("memory"),
        PROVIDER("provider"),
        DRAINING("draining");

        private final String word;

        Reason(String word) {
            this.word = word;
        }
    }

    /// What a request takes besides its body, once as it came and once as it goes to the provider:
    /// 32 KiB for its reader, 64 KiB for what is being parsed.
    private static final long STREAM_BYTES = 96 * 1024;

    private static final Duration COME_BACK_AFTER = Duration.ofSeconds(1);
    private static final String BEARER = "bearer ";

    /// What a signature of AWS begins with: it is made with a secret that we do not have.
    private static final String SIGNED = "AWS4-";

    /// The keys and limits of one configuration.
    private record Rules(
            Map<String, Caller> callersByHash,
            Config.Limits limits,
            Duration queue,
            Map<String, ProviderSlots> slots) {}

    private final AtomicInteger inside = new AtomicInteger();
    private final Map<Caller, Integer> insideByCaller = new ConcurrentHashMap<>();
    private final Map<AddressBlock, Integer> insideByAddress = new ConcurrentHashMap<>();
    private final Map<Caller, Rate> rates = new ConcurrentHashMap<>();
    private final EnumMap<Reason, LongAdder> refused = new EnumMap<>(Reason.class);
    private final MemoryBudget memory;
    private volatile Rules rules;
    private volatile boolean draining;

    public Admission(Config config) {
        for (Reason reason : Reason.values()) {
            refused.put(reason, new LongAdder());
        }
        memory = new MemoryBudget(config.limits().memoryBytes());
        rules = rules(config, Map.of());
    }

    /// Applies another configuration to whoever comes next.
    public void reload(Config config) {
        memory.limit(config.limits().memoryBytes());
        rules = rules(config, rules.slots);
    }

    private static Rules rules(Config config, Map<String, ProviderSlots> before) {
        var callers = new HashMap<String, Caller>();
        for (CallerKey key : config.keys()) {
            callers.put(key.sha256(), new Caller(key.name(), ownerId(key), key.store()));
        }
        var slots = new HashMap<String, ProviderSlots>();
        for (Config.Provider provider : config.providers()) {
            if (provider.streams() > 0) {
                ProviderSlots known = before.get(provider.name());
                if (known == null) {
                    known = new ProviderSlots(provider.streams(), provider.queue());
                } else {
                    known.resize(provider.streams(), provider.queue());
                }
                slots.put(provider.name(), known);
            }
        }
        return new Rules(
                Map.copyOf(callers),
                config.limits(),
                config.deadlines().queue(),
                Map.copyOf(slots));
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

    /// Requests that wait for a provider.
    public int queued() {
        return rules.slots.values().stream().mapToInt(ProviderSlots::waiting).sum();
    }

    /// What requests may take of the heap.
    public MemoryBudget memory() {
        return memory;
    }

    /// How many requests were refused so far, by the limit that refused them.
    public Map<String, LongSupplier> refused() {
        var counts = new LinkedHashMap<String, LongSupplier>();
        refused.forEach((reason, count) ->
                counts.put(reason.word, reason == Reason.MEMORY ? memory::refused : count::sum));
        return counts;
    }

    /// Finds out who is asking, by `Authorization: Bearer`, `x-api-key`, `api-key` or
    /// `x-goog-api-key`.
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
                    isSigned(request)
                            ? "the request is signed, which is not checked here (expected: a key in Authorization: Bearer, as AWS_BEARER_TOKEN_BEDROCK has clients send it)"
                            : "no key was given (expected: Authorization: Bearer, or x-api-key)");
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
    /// @throws RejectedException when the server, the caller or its address has as many open as it
    ///   may, when the caller comes too often, when the memory is taken, or when the server is
    ///   stopping
    public Permit admit(Caller caller, ClientRequest request) throws RejectedException {
        if (draining) {
            throw rejected(Reason.DRAINING, Failure.Kind.DRAINING, "the server is stopping");
        }
        Config.Limits limits = rules.limits;
        var permit = new Permit(caller, this);
        try {
            takeStream(permit, limits.streams());
            takeOfCaller(permit, limits.streamsPerKey());
            if (limits.streamsPerAddress() > 0 && request.peer() != null) {
                takeOfAddress(permit, AddressBlock.of(request.peer()), limits.streamsPerAddress());
            }
            if (limits.requestsPerMinute() > 0) {
                takeOfMinute(caller, limits.requestsPerMinute());
            }
            takeMemory(permit, STREAM_BYTES + request.body().length);
            return permit;
        } catch (RejectedException e) {
            permit.close();
            throw e;
        }
    }

    private void takeStream(Permit permit, int limit) throws RejectedException {
        permit.took(inside::decrementAndGet);
        if (inside.incrementAndGet() > limit) {
            throw rejected(
                    Reason.STREAMS,
                    Failure.Kind.OVERLOADED,
                    "the server answers as many requests as it can");
        }
    }

    private void takeOfCaller(Permit permit, int limit) throws RejectedException {
        if (enter(permit, insideByCaller, permit.caller()) > limit) {
            throw rejected(
                    Reason.CALLER,
                    Failure.Kind.RATE_LIMITED,
                    "this key has " + limit + " requests open, which is its limit");
        }
    }

    private void takeOfAddress(Permit permit, AddressBlock address, int limit)
            throws RejectedException {
        if (enter(permit, insideByAddress, address) > limit) {
            throw rejected(
                    Reason.ADDRESS,
                    Failure.Kind.RATE_LIMITED,
                    "this address has " + limit + " requests open, which is its limit");
        }
    }

    /// Counts somebody who is forgotten as soon as nothing of theirs is open.
    ///
    /// @return how many there are now
    private static <K> int enter(Permit permit, Map<K, Integer> inside, K who) {
        permit.took(() -> inside.computeIfPresent(who, (_, open) -> open == 1 ? null : open - 1));
        return inside.merge(who, 1, Integer::sum);
    }

    private void takeOfMinute(Caller caller, int perMinute) throws RejectedException {
        long now = System.nanoTime();
        long waitNanos = rates.computeIfAbsent(caller, _ -> new Rate(now)).take(perMinute, now);
        if (waitNanos > 0) {
            Failure failure =
                    refuse(
                            Reason.RATE,
                            Failure.Kind.RATE_LIMITED,
                            "this key may make " + perMinute + " requests a minute");
            // Rounded up: sooner is too soon.
            Duration wait = Duration.ofSeconds(Duration.ofNanos(waitNanos).toSeconds() + 1);
            throw new RejectedException(
                    new Failure(failure.kind(), failure.status(), failure.detail(), wait));
        }
    }

    private void takeMemory(Permit permit, long bytes) throws RejectedException {
        if (!memory.reserve(bytes)) {
            throw new RejectedException(
                    busy(
                            Failure.Kind.OVERLOADED,
                            "the server has no memory left for another request"));
        }
        permit.took(() -> memory.release(bytes));
    }

    @Nullable ProviderSlots slotsOf(String provider) {
        return rules.slots.get(provider);
    }

    Duration queueDeadline() {
        return rules.queue;
    }

    private RejectedException rejected(Reason reason, Failure.Kind kind, String detail) {
        return new RejectedException(refuse(reason, kind, detail));
    }

    /// Counts a refusal and says why.
    Failure refuse(Reason reason, Failure.Kind kind, String detail) {
        Objects.requireNonNull(refused.get(reason)).increment();
        return busy(kind, detail);
    }

    private static Failure busy(Failure.Kind kind, String detail) {
        return new Failure(kind, kind.status(), detail, COME_BACK_AFTER);
    }

    private static boolean isSigned(ClientRequest request) {
        String authorization = request.header("authorization");
        return authorization != null && authorization.startsWith(SIGNED);
    }

    private static @Nullable String credential(ClientRequest request) throws RejectedException {
        var shown = new LinkedHashSet<String>();
        for (String authorization : request.headers().getAll("authorization")) {
            if (authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
                shown.add(authorization.substring(BEARER.length()).strip());
            }
        }
        for (String name : new String[] {"x-api-key", "api-key", "x-goog-api-key"}) {
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
