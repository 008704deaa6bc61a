package dev.firsttoken.simulator.answer;

/// How an HTTP/1.1 answer says where its body ends. HTTP/2 has its own way and ignores it.
public enum Framing {
    CHUNKED,
    /// The length of the whole body, known beforehand even when the body is then cut.
    CONTENT_LENGTH,
    /// The body ends where the connection ends.
    CLOSE_DELIMITED,
    /// Nothing is said, and there is no body: what a status such as 204 implies.
    NONE
}
