package dev.firsttoken.gateway.pricing;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.firsttoken.wire.event.InvalidRequestException;
import dev.firsttoken.wire.json.JsonFields;
import dev.firsttoken.wire.json.RawJson;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A list of models in our own form: `{"names":{catalog's provider:[ours]},"models":{catalog's
/// provider:{model:{…}}}}`, prices in US dollars per million tokens.
final class PriceFile {

    static final String CONTEXT = "context";
    static final String MAX_OUTPUT = "max-output";
    static final String INPUTS = "inputs";
    static final String INPUT = "input";
    static final String CACHED_INPUT = "cached-input";
    static final String CACHE_WRITE = "cache-write";
    static final String OUTPUT = "output";
    static final String REASONING = "reasoning";
    static final String TIERS = "tiers";
    static final String ABOVE = "above";

    private final Map<String, List<String>> names;

    /// By our names for providers.
    private final Map<String, Map<String, ModelFacts>> models;

    private PriceFile(
            Map<String, List<String>> names, Map<String, Map<String, ModelFacts>> models) {
        this.names = names;
        this.models = models;
    }

    static PriceFile read(byte[] bytes) throws InvalidRequestException {
        JsonFields file = JsonFields.of(new RawJson(new String(bytes, UTF_8)), "");
        var names = new LinkedHashMap<String, List<String>>();
        RawJson named = file.raw("names");
        JsonFields listed = file.object("models");
        if (named == null || listed == null) {
            throw new InvalidRequestException("missing (expected: an object)", "names, models");
        }
        JsonFields values = JsonFields.of(named, "names");
        for (String catalog : JsonFields.of(named, "names").rest().keySet()) {
            names.put(catalog, values.strings(catalog));
        }
        var models = new HashMap<String, Map<String, ModelFacts>>();
        for (var catalog : listed.rest().entrySet()) {
            Map<String, ModelFacts> known = provider(catalog.getKey(), catalog.getValue());
            for (String name : names.getOrDefault(catalog.getKey(), List.of(catalog.getKey()))) {
                models.put(name, known);
            }
        }
        return new PriceFile(names, models);
    }

    private static Map<String, ModelFacts> provider(String name, RawJson json)
            throws InvalidRequestException {
        var models = new HashMap<String, ModelFacts>();
        for (var model : JsonFields.of(json, name).rest().entrySet()) {
            JsonFields fields = JsonFields.of(model.getValue(), name + "." + model.getKey());
            models.put(
                    model.getKey(),
                    new ModelFacts(
                            fields.whole(CONTEXT),
                            fields.whole(MAX_OUTPUT),
                            List.copyOf(fields.strings(INPUTS)),
                            price(fields),
                            false));
        }
        return models;
    }

    private static @Nullable Price price(JsonFields fields) throws InvalidRequestException {
        if (!fields.has(INPUT)) {
            return null;
        }
        var tiers = new ArrayList<Price.Tier>();
        for (JsonFields tier : fields.objects(TIERS)) {
            Long above = tier.whole(ABOVE);
            tiers.add(new Price.Tier(above == null ? 0 : above, price(tier, List.of())));
        }
        tiers.sort((a, b) -> Long.compare(a.above(), b.above()));
        return price(fields, List.copyOf(tiers));
    }

    /// What is not said costs as much as what it is a part of.
    private static Price price(JsonFields fields, List<Price.Tier> tiers)
            throws InvalidRequestException {
        long input = usd(fields, INPUT, 0);
        long output = usd(fields, OUTPUT, 0);
        return new Price(
                input,
                usd(fields, CACHED_INPUT, input),
                usd(fields, CACHE_WRITE, input),
                output,
                usd(fields, REASONING, output),
                tiers);
    }

    private static long usd(JsonFields fields, String name, long other)
            throws InvalidRequestException {
        RawJson said = fields.raw(name);
        if (said == null) {
            return other;
        }
        try {
            return Price.perMillion(said.text());
        } catch (NumberFormatException e) {
            throw fields.unexpected(name, said.text(), "US dollars per million tokens");
        }
    }

    /// What providers are called in the catalog, and here.
    Map<String, List<String>> names() {
        return names;
    }

    boolean knows(String provider) {
        return models.containsKey(provider);
    }

    ModelFacts find(String provider, String model) {
        return models.getOrDefault(provider, Map.of()).getOrDefault(model, ModelFacts.NONE);
    }
}
