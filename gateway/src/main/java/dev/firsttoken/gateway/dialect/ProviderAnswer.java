package dev.firsttoken.gateway.dialect;

import java.util.Map;

/// What a provider answered instead of a stream, ready for a client: only headers that may pass,
/// and nothing of ours in the body.
///
/// @param dialect the word for what it is written in
public record ProviderAnswer(
        String dialect, int status, Map<String, String> headers, byte[] body) {}
