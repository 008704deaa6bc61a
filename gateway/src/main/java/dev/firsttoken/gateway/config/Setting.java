package dev.firsttoken.gateway.config;

/// One key with the value that is in force.
///
/// @param value as it would be written in the file; `***` for a secret, `none` for nothing
/// @param reloadable whether a change of the file changes it without a restart
public record Setting(
        String path, String value, Origin origin, boolean reloadable, String description) {}
