package dev.firsttoken.simulator.dialect;

import java.util.List;

/// The list of them.
public final class Dialects {

    /// What the others are compared with, and what is spoken where nobody is.
    public static final Dialect CHAT = new Chat();

    public static final List<Dialect> ALL =
            List.of(
                    CHAT,
                    new Completions(),
                    new Responses(),
                    new Messages(),
                    new Gemini(),
                    new Bedrock(),
                    new Ollama(),
                    new Cohere());

    private Dialects() {}
}
