package dev.firsttoken.gateway.relay;

import dev.firsttoken.gateway.config.Config;
import dev.firsttoken.gateway.routing.Router;

/// The configuration that a request lives by, from its beginning to its end, whatever is reloaded
/// meanwhile.
public record Snapshot(Config config, Router router) {}
