package dev.firsttoken.gateway.pricing;

/// What the configuration says of a model at a provider.
public record PriceRule(String provider, String model, ModelFacts facts) {}
