package dev.firsttoken.gateway.admission;

/// Who makes a request: the name of a configured key, or everybody where none are configured.
///
/// @param name the word for the caller in metrics and logs
/// @param id what the caller is known by after a restart: the same key has the same id, whatever it
///   is called, and the key cannot be found from it
/// @param stores whether answers may be kept on disk
public record Caller(String name, String id, boolean stores) {

    /// Whoever comes while no keys are configured.
    public static final Caller ANYBODY = new Caller("anybody", "anybody", true);
}
