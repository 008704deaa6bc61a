package dev.firsttoken.gateway.pricing;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.firsttoken.wire.event.InvalidRequestException;
import dev.firsttoken.wire.json.JsonFields;
import dev.firsttoken.wire.json.JsonWriter;
import dev.firsttoken.wire.json.RawJson;
import dev.firsttoken.wire.json.Utf8Buffer;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Makes a list of models from the catalog of models.dev, for the providers that have a name here.
public final class ModelsDev {

    public static final String URL = "https://models.dev/api.json";

    private ModelsDev() {}

    /// @param bytes the catalog's `api.json`
    /// @param asOf the day whose prices these are
    /// @return a list for [PriceList#open]
    /// @throws InvalidRequestException when it is not that catalog
    public static byte[] list(byte[] bytes, LocalDate asOf) throws InvalidRequestException {
        JsonFields catalog = JsonFields.of(new RawJson(new String(bytes, UTF_8)), "");
        var out = new Utf8Buffer(bytes.length / 8 + 1024);
        out.raw("{\"source\":\"models.dev, MIT\",\"as-of\":").jsonString(asOf.toString());
        out.raw(",\"unit\":\"USD per million tokens\",\n\"names\":{");
        Map<String, List<String>> names = new TreeMap<>(PriceList.BuiltIn.FILE.names());
        String comma = "\n";
        for (var name : names.entrySet()) {
            out.raw(comma).jsonString(name.getKey()).raw(":");
            JsonWriter ours = new JsonWriter(out).array();
            name.getValue().forEach(ours::string);
            ours.endArray();
            comma = ",\n";
        }
        out.raw("},\n\"models\":{");
        comma = "\n";
        int models = 0;
        for (String provider : names.keySet()) {
            JsonFields found = catalog.object(provider);
            JsonFields listed = found == null ? null : found.object("models");
            if (listed != null) {
                out.raw(comma).jsonString(provider).raw(":{");
                models += write(listed, out);
                out.raw("}");
                comma = ",\n";
            }
        }
        if (models == 0) {
            throw new InvalidRequestException("has no known provider (expected: models.dev)", "");
        }
        return out.raw("}}\n").toByteArray();
    }

    private static int write(JsonFields listed, Utf8Buffer out) throws InvalidRequestException {
        int models = 0;
        for (var model : new TreeMap<>(listed.rest()).entrySet()) {
            JsonFields said = JsonFields.of(model.getValue(), listed.path(model.getKey()));
            JsonFields limit = said.object("limit");
            JsonFields cost = said.object("cost");
            JsonFields modalities = said.object("modalities");
            out.raw(models++ == 0 ? "\n" : ",\n").jsonString(model.getKey()).raw(":");
            JsonWriter json = new JsonWriter(out).object();
            if (limit != null) {
                count(PriceFile.CONTEXT, limit.whole("context"), json);
                count(PriceFile.MAX_OUTPUT, limit.whole("output"), json);
            }
            if (modalities != null) {
                json.array(PriceFile.INPUTS);
                modalities.strings("input").forEach(json::string);
                json.endArray();
            }
            if (cost != null && cost.has("input") && cost.has("output")) {
                price(cost, json);
                List<JsonFields> tiers = cost.objects("tiers");
                if (!tiers.isEmpty()) {
                    json.array(PriceFile.TIERS);
                    for (JsonFields tier : tiers) {
                        JsonFields of = tier.object("tier");
                        Long size = of == null ? null : of.whole("size");
                        if (of != null && size != null && "context".equals(of.string("type"))) {
                            json.object().name(PriceFile.ABOVE).number(size);
                            price(tier, json);
                            json.endObject();
                        }
                    }
                    json.endArray();
                }
            }
            json.endObject();
        }
        return models;
    }

    /// Zero stands for what nobody knows.
    private static void count(String name, @Nullable Long value, JsonWriter json) {
        if (value != null && value > 0) {
            json.name(name).number(value);
        }
    }

    private static void price(JsonFields cost, JsonWriter json) throws InvalidRequestException {
        price(cost, "input", PriceFile.INPUT, json);
        price(cost, "output", PriceFile.OUTPUT, json);
        price(cost, "cache_read", PriceFile.CACHED_INPUT, json);
        price(cost, "cache_write", PriceFile.CACHE_WRITE, json);
        price(cost, "reasoning", PriceFile.REASONING, json);
    }

    private static void price(JsonFields cost, String theirs, String ours, JsonWriter json)
            throws InvalidRequestException {
        RawJson said = cost.raw(theirs);
        if (said == null) {
            return;
        }
        try {
            long pico = Price.perMillion(said.text());
            json.member(ours, new RawJson(Price.usdPerMillion(pico)));
        } catch (NumberFormatException e) {
            throw cost.unexpected(theirs, said.text(), "US dollars per million tokens");
        }
    }
}
