package dev.firsttoken.gateway.admin;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.firsttoken.gateway.routing.Router;
import dev.firsttoken.gateway.routing.Router.Listed;
import dev.firsttoken.gateway.upstream.Endpoint;
import dev.firsttoken.gateway.upstream.Fetched;
import dev.firsttoken.gateway.upstream.UpstreamRequest;
import dev.firsttoken.gateway.upstream.Upstreams;
import dev.firsttoken.wire.json.JsonCursor;
import dev.firsttoken.wire.json.JsonException;
import dev.firsttoken.wire.json.Utf8Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The models that can be asked for by name, in the form of OpenAI's `/v1/models`.
///
/// What the configuration names comes first. A provider that takes any name is asked which ones it
/// knows; its answer is kept for five minutes, and its silence costs nothing but its entries.
public final class ModelCatalog {

    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final long FRESH_NANOS = Duration.ofMinutes(5).toNanos();
    private static final long FRESH_FAILURE_NANOS = Duration.ofSeconds(15).toNanos();
    private static final int MAX_BYTES = 8 * 1024 * 1024;
    private static final int MAX_MODELS = 10_000;
    private static final byte[] DATA = "data".getBytes(US_ASCII);
    private static final byte[] ID = "id".getBytes(US_ASCII);

    private record Known(List<String> names, long untilNanos) {}

    private final Upstreams upstreams;
    private final Map<Endpoint, Known> known = new ConcurrentHashMap<>();

    public ModelCatalog(Upstreams upstreams) {
        this.upstreams = upstreams;
    }

    /// `{"object":"list","data":[…]}`.
    public byte[] list(Router router) throws InterruptedException {
        var out = new Utf8Buffer(4096).raw("{\"object\":\"list\",\"data\":[");
        boolean first = true;
        for (Listed model : all(router).values()) {
            if (!first) {
                out.put((byte) ',');
            }
            first = false;
            write(model, out);
        }
        return out.raw("]}").toByteArray();
    }

    /// One model, or null when it is not known.
    public byte @Nullable [] one(Router router, String name) throws InterruptedException {
        Listed model = all(router).get(name);
        if (model == null) {
            return null;
        }
        var out = new Utf8Buffer(256);
        write(model, out);
        return out.toByteArray();
    }

    private static void write(Listed model, Utf8Buffer out) {
        out.raw("{\"id\":").jsonString(model.name());
        out.raw(",\"object\":\"model\",\"created\":0,\"owned_by\":").jsonString(model.ownedBy());
        out.put((byte) '}');
    }

    private Map<String, Listed> all(Router router) throws InterruptedException {
        var all = new LinkedHashMap<String, Listed>();
        for (Listed model : router.listed()) {
            all.putIfAbsent(model.name(), model);
        }
        for (Map.Entry<String, Endpoint> provider : router.openProviders().entrySet()) {
            for (String name : ask(provider.getValue())) {
                all.putIfAbsent(name, new Listed(name, provider.getKey()));
            }
        }
        return all;
    }

    private List<String> ask(Endpoint endpoint) throws InterruptedException {
        long now = System.nanoTime();
        Known before = known.get(endpoint);
        if (before != null && now - before.untilNanos < 0) {
            return before.names;
        }
        Fetched fetched =
                upstreams.fetch(endpoint, UpstreamRequest.get("/models"), PATIENCE, MAX_BYTES);
        List<String> names = fetched.status() == 200 ? names(fetched.body()) : List.of();
        long fresh = names.isEmpty() ? FRESH_FAILURE_NANOS : FRESH_NANOS;
        known.put(endpoint, new Known(names, System.nanoTime() + fresh));
        return names;
    }

    private static List<String> names(byte[] body) {
        var names = new ArrayList<String>();
        var json = new JsonCursor();
        json.reset(body, 0, body.length);
        try {
            json.enterObject();
            while (json.nextField()) {
                if (json.fieldIs(DATA) && json.isArray()) {
                    json.enterArray();
                    while (json.nextElement()) {
                        name(json, names);
                    }
                } else {
                    json.skip();
                }
            }
            return List.copyOf(names);
        } catch (JsonException e) {
            return List.of();
        }
    }

    private static void name(JsonCursor json, List<String> names) throws JsonException {
        if (!json.isObject()) {
            json.skip();
            return;
        }
        json.enterObject();
        while (json.nextField()) {
            if (json.fieldIs(ID) && json.isString()) {
                String name = json.string();
                if (names.size() < MAX_MODELS) {
                    names.add(name);
                }
            } else {
                json.skip();
            }
        }
    }
}
