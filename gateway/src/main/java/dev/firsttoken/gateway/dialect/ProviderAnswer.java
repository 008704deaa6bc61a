package dev.firsttoken.gateway.dialect;

import java.util.Map;

/// What a provider answered instead of a stream, ready for a client: only headers that may pass,
/// and nothing of ours in the body.
public record ProviderAnswer(int status, Map<String, String> headers, byte[] body) {}
