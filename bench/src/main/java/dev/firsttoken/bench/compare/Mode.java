package dev.firsttoken.bench.compare;

/// The two ways to ask for an answer.
public enum Mode {
    STREAMING("streaming"),
    WHOLE("not streaming");

    private final String words;

    Mode(String words) {
        this.words = words;
    }

    public String words() {
        return words;
    }
}
