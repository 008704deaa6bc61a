package dev.firsttoken.gateway.dialect;

import java.util.Map;

/// A whole HTTP response that says no.
public record Refusal(int status, Map<String, String> headers, byte[] body) {}
