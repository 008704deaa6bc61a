package dev.firsttoken.gateway.upstream;

/// A small whole response. Status 0 means that there was none.
public record Fetched(int status, byte[] body) {
    static final Fetched NOTHING = new Fetched(0, new byte[0]);
}
