package dev.firsttoken.gateway.routing;

import dev.firsttoken.gateway.provider.ProviderDialect;
import dev.firsttoken.gateway.upstream.Endpoint;

/// One model at one provider with one credential.
///
/// @param provider the provider's configured name
/// @param model the provider's own name for the model
public record Deployment(String provider, Endpoint endpoint, String model) {

    /// What the provider speaks.
    public ProviderDialect dialect() {
        return endpoint.dialect();
    }
}
