package dev.firsttoken.simulator.answer;

/// The versions of HTTP that differ in what can go wrong.
public enum Http {
    HTTP_1("HTTP/1.1"),
    HTTP_2("HTTP/2");

    private final String text;

    Http(String text) {
        this.text = text;
    }

    /// The version that a protocol's name begins with; HTTP/1.0 counts as HTTP/1.1.
    public static Http of(String protocol) {
        return protocol.startsWith("HTTP/2") ? HTTP_2 : HTTP_1;
    }

    @Override
    public String toString() {
        return text;
    }
}
