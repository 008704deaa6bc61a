package dev.firsttoken.gateway.admin;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.firsttoken.gateway.pricing.PriceList;
import dev.firsttoken.gateway.provider.ProviderDialect.Listing;
import dev.firsttoken.gateway.routing.Router;
import dev.firsttoken.gateway.routing.Router.Listed;
import dev.firsttoken.gateway.upstream.Endpoint;
import dev.firsttoken.gateway.upstream.Fetched;
import dev.firsttoken.gateway.upstream.UpstreamRequest;
import dev.firsttoken.gateway.upstream.Upstreams;
import dev.firsttoken.wire.json.JsonCursor;
import dev.firsttoken.wire.json.JsonException;
import dev.firsttoken.wire.json.JsonWriter;
import dev.firsttoken.wire.json.Utf8Buffer;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The models that can be asked for by name, in a form that clients of `/v1/models` take, whichever
/// of the dialects that have this path they speak.
///
/// A model's `created` is what its provider says of it; of a name from the configuration only we
/// know anything, which is since when we have been serving it.
///
/// What the configuration names comes first. A provider that takes any name is asked which ones it
/// knows; its answer is kept for five minutes, and its silence costs nothing but its entries.
public final class ModelCatalog {

    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final long FRESH_NANOS = Duration.ofMinutes(5).toNanos();
    private static final long FRESH_FAILURE_NANOS = Duration.ofSeconds(15).toNanos();
    private static final int MAX_BYTES = 8 * 1024 * 1024;
    private static final int MAX_MODELS = 10_000;
    private static final byte[] CREATED = "created".getBytes(US_ASCII);

    /// @param created seconds since 1970
    /// @param model what its provider calls it
    private record Model(String name, String ownedBy, String model, long created) {}

    /// @param models names, and when each was created, 0 where the provider does not say
    private record Known(Map<String, Long> models, long untilNanos) {}

    private final Upstreams upstreams;
    private final long started = Instant.now().getEpochSecond();
    private final Map<Endpoint, Known> known = new ConcurrentHashMap<>();

    public ModelCatalog(Upstreams upstreams) {
        this.upstreams = upstreams;
    }

    /// `{"object":"list","data":[…]}`.
    public byte[] list(Router router, PriceList prices) throws InterruptedException {
        var out = new Utf8Buffer(4096).raw("{\"object\":\"list\",\"data\":[");
        boolean first = true;
        for (Model model : all(router).values()) {
            if (!first) {
                out.put((byte) ',');
            }
            first = false;
            write(model, prices, out);
        }
        // What follows is for clients that know lists in pages: this is the only one.
        return out.raw("],\"has_more\":false}").toByteArray();
    }

    /// One model, or null when it is not known.
    public byte @Nullable [] one(Router router, PriceList prices, String name)
            throws InterruptedException {
        Model model = all(router).get(name);
        if (model == null) {
            return null;
        }
        var out = new Utf8Buffer(256);
        write(model, prices, out);
        return out.toByteArray();
    }

    private static void write(Model model, PriceList prices, Utf8Buffer out) {
        String createdAt = Instant.ofEpochSecond(model.created()).toString();
        JsonWriter json = new JsonWriter(out).object();
        json.member("id", model.name()).member("object", "model");
        json.name("created").number(model.created()).member("owned_by", model.ownedBy());
        // The same once more, in the words of clients who have others for it.
        json.member("type", "model").member("display_name", model.name());
        json.member("created_at", createdAt);
        prices.find(model.ownedBy(), model.model()).write(json);
        json.endObject();
    }

    private Map<String, Model> all(Router router) throws InterruptedException {
        var all = new LinkedHashMap<String, Model>();
        for (Listed model : router.listed()) {
            all.putIfAbsent(
                    model.name(), new Model(model.name(), model.ownedBy(), model.model(), started));
        }
        for (Map.Entry<String, Endpoint> provider : router.openProviders().entrySet()) {
            ask(provider.getValue())
                    .forEach((name, created) ->
                            all.putIfAbsent(
                                    name,
                                    new Model(
                                            name,
                                            provider.getKey(),
                                            name,
                                            created > 0 ? created : started)));
        }
        return all;
    }

    private Map<String, Long> ask(Endpoint endpoint) throws InterruptedException {
        long now = System.nanoTime();
        Known before = known.get(endpoint);
        if (before != null && now - before.untilNanos < 0) {
            return before.models;
        }
        Listing listing = endpoint.dialect().listing();
        Fetched fetched =
                upstreams.fetch(
                        endpoint,
                        UpstreamRequest.get(listing.path(), listing.headers()),
                        PATIENCE,
                        MAX_BYTES);
        Map<String, Long> models =
                fetched.status() == 200 ? models(listing, fetched.body()) : Map.of();
        long fresh = models.isEmpty() ? FRESH_FAILURE_NANOS : FRESH_NANOS;
        known.put(endpoint, new Known(models, System.nanoTime() + fresh));
        return models;
    }

    private static Map<String, Long> models(Listing listing, byte[] body) {
        var models = new LinkedHashMap<String, Long>();
        var json = new JsonCursor();
        json.reset(body, 0, body.length);
        try {
            json.enterObject();
            while (json.nextField()) {
                if (json.field().equals(listing.array()) && json.isArray()) {
                    json.enterArray();
                    while (json.nextElement()) {
                        model(listing, json, models);
                    }
                } else {
                    json.skip();
                }
            }
            return models;
        } catch (JsonException e) {
            return Map.of();
        }
    }

    private static void model(Listing listing, JsonCursor json, Map<String, Long> models)
            throws JsonException {
        if (!json.isObject()) {
            json.skip();
            return;
        }
        String name = null;
        long created = 0;
        json.enterObject();
        while (json.nextField()) {
            if (json.field().equals(listing.name()) && json.isString()) {
                String said = json.string();
                name =
                        said.startsWith(listing.prefix())
                                ? said.substring(listing.prefix().length())
                                : said;
            } else if (json.fieldIs(CREATED)) {
                created = json.number();
            } else {
                json.skip();
            }
        }
        if (name != null && models.size() < MAX_MODELS) {
            models.putIfAbsent(name, created);
        }
    }
}
