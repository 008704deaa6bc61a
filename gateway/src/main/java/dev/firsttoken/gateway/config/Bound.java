package dev.firsttoken.gateway.config;

/// A value that its type has accepted.
///
/// @param shown as it would be written in a file, `***` if it must not be
record Bound<T>(T value, String path, Origin origin, String shown) {}
