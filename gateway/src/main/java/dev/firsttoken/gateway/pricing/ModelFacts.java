package dev.firsttoken.gateway.pricing;

import dev.firsttoken.wire.event.StreamEvent.Usage;
import dev.firsttoken.wire.json.JsonWriter;
import dev.firsttoken.wire.json.RawJson;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is known of a model; null is what is not.
///
/// @param context how many tokens it takes, input and output together
/// @param maxOutput how many tokens an answer has at most
/// @param inputs the kinds of input it takes, such as `text` and `image`; empty when that is not
///   known
/// @param estimated whether these are another provider's words about the same model
public record ModelFacts(
        @Nullable Long context,
        @Nullable Long maxOutput,
        List<String> inputs,
        @Nullable Price price,
        boolean estimated) {

    public static final ModelFacts NONE = new ModelFacts(null, null, List.of(), null, false);

    /// What these tokens cost, or null when no price is known.
    public @Nullable Cost cost(Usage usage) {
        return price == null
                ? null
                : new Cost(price.picoUsd(usage), estimated || usage.estimated());
    }

    ModelFacts asEstimate() {
        return new ModelFacts(context, maxOutput, inputs, price, true);
    }

    /// These, and what they leave open from others.
    ModelFacts or(ModelFacts others) {
        return new ModelFacts(
                context == null ? others.context : context,
                maxOutput == null ? others.maxOutput : maxOutput,
                inputs.isEmpty() ? others.inputs : inputs,
                price == null ? others.price : price,
                price == null && others.estimated);
    }

    /// Writes what is known as members of an object.
    public void write(JsonWriter json) {
        json.member("context_window", context).member("max_output_tokens", maxOutput);
        if (!inputs.isEmpty()) {
            json.array("input_modalities");
            inputs.forEach(json::string);
            json.endArray();
        }
        if (price != null) {
            json.object("pricing").member("unit", "usd_per_million_tokens");
            write("input", price.input(), json);
            write("cached_input", price.cachedInput(), json);
            write("cache_write", price.cacheWrite(), json);
            write("output", price.output(), json);
            write("reasoning", price.reasoning(), json);
            json.name("estimated").bool(estimated);
            if (!price.tiers().isEmpty()) {
                json.array("tiers");
                for (Price.Tier tier : price.tiers()) {
                    json.object().name("above_input_tokens").number(tier.above());
                    write("input", tier.price().input(), json);
                    write("cached_input", tier.price().cachedInput(), json);
                    write("cache_write", tier.price().cacheWrite(), json);
                    write("output", tier.price().output(), json);
                    write("reasoning", tier.price().reasoning(), json);
                    json.endObject();
                }
                json.endArray();
            }
            json.endObject();
        }
    }

    private static void write(String name, long pico, JsonWriter json) {
        json.member(name, new RawJson(Price.usdPerMillion(pico)));
    }
}
