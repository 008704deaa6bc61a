package dev.firsttoken.gateway.upstream;

/// What a provider's response may take. A reload applies to connections and calls made after it.
///
/// @param maxHeadBytes status line and headers together
/// @param maxHeaders how many headers there may be
/// @param maxBodyBytes the body as it comes in, with everything in it that nobody gets to see
public record UpstreamSettings(int maxHeadBytes, int maxHeaders, long maxBodyBytes) {}
