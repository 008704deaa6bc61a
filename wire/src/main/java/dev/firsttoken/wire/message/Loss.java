package dev.firsttoken.wire.message;

/// Something of a request that another dialect has no form for.
///
/// @param path where it stands in the request, such as `messages[2].parts[0].detail`
/// @param reason what becomes of it and why, in one sentence
public record Loss(String path, String reason) {}
