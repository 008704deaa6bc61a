package dev.firsttoken.bench.soak;

import dev.firsttoken.bench.soak.Mix.Ask;
import dev.firsttoken.bench.soak.Mix.Fate;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What the upstream itself says to each ask, read once before the load begins.
final class References {

    private static final List<String> FIELDS = List.of("content", "reasoning_content", "arguments");

    /// An answer without end is read this far: enough to hold the beginning of another against it.
    private static final int LONGEST = 6000;

    private static final int LONGEST_MILLIS = 15_000;

    private final Map<String, Seen> byModel = new ConcurrentHashMap<>();
    private final Map<String, String> notStreamed = new ConcurrentHashMap<>();

    /// Asks for every model at once.
    ///
    /// @throws IllegalStateException when a healthy one is not answered
    static References read(URI upstream) throws InterruptedException {
        var references = new References();
        List<Thread> readers =
                Stream.of(Mix.HEALTHY, Mix.BROKEN, Mix.HTTP2)
                        .flatMap(List::stream)
                        .distinct()
                        .map(ask ->
                                Thread.ofPlatform()
                                        .daemon()
                                        .start(() -> references.add(upstream, ask)))
                        .toList();
        for (Thread reader : readers) {
            reader.join();
        }
        for (Ask ask : Mix.HEALTHY) {
            Seen seen = references.byModel.get(ask.model());
            if (seen == null || !seen.looksComplete()) {
                throw new IllegalStateException("no reference for " + ask.model());
            }
        }
        for (Ask ask : byFate(Fate.WHOLE)) {
            references.addNotStreamed(upstream, ask);
        }
        return references;
    }

    private void add(URI upstream, Ask ask) {
        var seen = new Seen();
        try (var connection = new RawConnection(upstream, 0)) {
            // Some never end: whatever came by then is enough.
            Thread.ofPlatform()
                    .daemon()
                    .start(() -> {
                        SoakClient.pause(LONGEST_MILLIS);
                        connection.abandon();
                    });
            connection.send(
                    "POST", "/v1/chat/completions", "", Question.body(false, true, ask.model()));
            if (connection.readHead() != 200) {
                return;
            }
            while (seen.size() < LONGEST && seen.readEvent(connection)) {}
        } catch (IOException | RuntimeException _) {
            // As it is meant to break: what came before is what a client may be shown.
        }
        byModel.put(ask.model(), seen);
    }

    private static List<Ask> byFate(Fate fate) {
        return Stream.of(Mix.HEALTHY, Mix.HTTP2)
                .flatMap(List::stream)
                .filter(ask -> ask.fate() == fate)
                .toList();
    }

    private void addNotStreamed(URI upstream, Ask ask) {
        try (var connection = new RawConnection(upstream, 0)) {
            connection.send(
                    "POST", "/v1/chat/completions", "", Question.body(false, false, ask.model()));
            connection.readHead();
            notStreamed.put(ask.model(), Seen.said(connection.wholeBody(), "content"));
        } catch (IOException e) {
            throw new IllegalStateException("no reference for " + ask.model(), e);
        }
    }

    /// Says what is wrong with a text, if anything is.
    ///
    /// @param whole whether all of it must be there, or only its beginning
    @Nullable String difference(Ask ask, boolean simple, boolean whole, Seen seen) {
        Seen reference = byModel.get(ask.model());
        if (reference == null) {
            return null;
        }
        for (String field : simple ? FIELDS.subList(0, 1) : FIELDS) {
            String expected = reference.said(field);
            String said = seen.said(field);
            boolean right =
                    whole
                            ? said.equals(expected)
                            : expected.startsWith(said) || said.startsWith(expected);
            if (!right) {
                return "%s: %d characters of %s, not the upstream's %d"
                        .formatted(ask.model(), said.length(), field, expected.length());
            }
        }
        return null;
    }

    /// Whether an answer that was not streamed has the upstream's text.
    boolean isSaidBy(Ask ask, String body) {
        String reference = notStreamed.get(ask.model());
        return reference != null && Seen.said(body, "content").equals(reference);
    }
}
