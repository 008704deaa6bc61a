package dev.firsttoken.gateway.relay;

import dev.firsttoken.gateway.config.Config;
import dev.firsttoken.gateway.pricing.PriceList;
import dev.firsttoken.gateway.routing.Router;
import dev.firsttoken.wire.dialect.RequestLimits;
import dev.firsttoken.wire.json.JsonLimits;

/// The configuration that a request lives by, from its beginning to its end, whatever is reloaded
/// meanwhile.
public record Snapshot(Config config, Router router, PriceList prices) {

    RequestLimits requestLimits() {
        Config.Limits limits = config.limits();
        return new RequestLimits(
                new JsonLimits(limits.requestDepth(), limits.requestValues()),
                limits.requestMessages());
    }
}
