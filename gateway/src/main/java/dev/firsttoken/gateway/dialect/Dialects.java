package dev.firsttoken.gateway.dialect;

import java.util.List;
import java.util.Optional;

/// Every dialect that clients may speak.
public final class Dialects {

    public static final ClientDialect SIMPLE = new SimpleDialect();
    public static final ClientDialect CHAT = new ChatDialect();

    private static final List<ClientDialect> ALL = List.of(SIMPLE, CHAT);

    private Dialects() {}

    /// The dialect of this name, if it is known.
    public static Optional<ClientDialect> named(String name) {
        return ALL.stream().filter(dialect -> dialect.name().equals(name)).findFirst();
    }
}
