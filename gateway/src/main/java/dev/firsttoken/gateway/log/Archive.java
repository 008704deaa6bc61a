package dev.firsttoken.gateway.log;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Where the events of one stream are read that its log no longer holds.
@FunctionalInterface
public interface Archive {

    /// Looks for the events behind one, without waiting, and brings some of them, at least one.
    ///
    /// @param then is given them on the stream's event loop, or null when they cannot be read
    void fetch(long after, Consumer<@Nullable EventPage> then);
}
