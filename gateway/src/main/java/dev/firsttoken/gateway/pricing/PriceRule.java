package dev.firsttoken.gateway.pricing;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is said of a model at a provider, instead of what the list has.
///
/// @param model null for whatever a provider has no other rule for; the list is not asked then
public record PriceRule(String provider, @Nullable String model, ModelFacts facts) {

    private static final Price NOTHING = new Price(0, 0, 0, 0, 0, List.of());

    /// A provider that nobody pays for anything.
    public static PriceRule free(String provider) {
        return new PriceRule(provider, null, new ModelFacts(null, null, List.of(), NOTHING, false));
    }
}
