package dev.firsttoken.gateway.downstream;

import dev.firsttoken.gateway.config.Config;
import java.time.Duration;
import java.util.List;

/// What a client's connection may take. A reload applies to connections made after it.
///
/// @param maxConnections open at once; further ones are told so and closed
/// @param head how long a request's head may take
/// @param body how long a request's body may take after its head
/// @param idle how long a connection may wait for its next request
/// @param writeStall how long a client may take nothing of what it is sent
/// @param origins whose pages may read responses in a browser
public record ServerSettings(
        int maxHeadBytes,
        int maxBodyBytes,
        int maxConnections,
        Duration head,
        Duration body,
        Duration idle,
        Duration writeStall,
        Config.Http http,
        List<String> origins) {}
