package dev.firsttoken.gateway.relay;

import dev.firsttoken.gateway.admission.Caller;
import dev.firsttoken.gateway.dialect.ClientDialect;
import dev.firsttoken.gateway.dialect.RejectedException;
import dev.firsttoken.gateway.downstream.ClientExchange;
import dev.firsttoken.gateway.downstream.ClientRequest;
import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.json.Utf8Buffer;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What can be done with a stream by its id: read it on from some event, list one's own, stop one.
public final class StreamReading {

    private final Streams streams;
    private final Supplier<Snapshot> current;

    /// @param current the rules for readers
    public StreamReading(Streams streams, Supplier<Snapshot> current) {
        this.streams = streams;
        this.current = current;
    }

    /// Gives the client the events behind the one it names, in the dialect the stream was made in,
    /// and goes on while the stream does. Waits until the client has everything or has left.
    ///
    /// The event is named by `Last-Event-ID` or `?after=`; without either it is the beginning. With
    /// `?ids=true` each event carries its number.
    ///
    /// @return the HTTP status that the client was given
    /// @throws RejectedException when there is nothing to read for this caller
    public int read(ClientExchange client, Caller caller, String id)
            throws RejectedException, InterruptedException {
        return read(client, find(id, caller), after(client.request()));
    }

    /// The same for clients that know the answer by the id that its dialect gave it, and count its
    /// events from 0: `?stream=true&starting_after=N`.
    ///
    /// @param id without the dialect's prefix
    public int readAnswer(ClientExchange client, Caller caller, ClientDialect dialect, String id)
            throws RejectedException, InterruptedException {
        if (!"true".equals(parameter(client.request(), "stream"))) {
            throw new RejectedException(
                    Failure.ofParam(
                            Failure.Kind.INVALID_REQUEST,
                            "stream: is not true (expected: true; answers are kept as streams)",
                            "stream"));
        }
        Streams.Entry entry = find(StreamIds.ofBare(id), caller);
        if (!entry.dialect().equals(dialect.name())) {
            throw new RejectedException(Failure.Kind.NOT_FOUND, "no such answer");
        }
        String last = parameter(client.request(), "starting_after");
        return read(client, entry, last == null ? 0 : number(last) + 1);
    }

    /// The same from the beginning for the answer that is being given in a conversation, named as
    /// its client does; 204 when there is none.
    public int readConversation(
            ClientExchange client, Caller caller, ClientDialect dialect, String conversation)
            throws RejectedException, InterruptedException {
        Streams.Entry entry = streams.running(caller, dialect.name(), conversation);
        if (entry == null) {
            client.respond(204, Map.of(), new byte[0]);
            return 204;
        }
        return read(client, entry, 0);
    }

    private int read(ClientExchange client, Streams.Entry entry, long after)
            throws RejectedException, InterruptedException {
        if (entry.isGone()) {
            throw new RejectedException(Failure.Kind.EXPIRED, "this stream is no longer kept");
        }
        boolean withIds = "true".equals(parameter(client.request(), "ids"));
        var done = new CompletableFuture<@Nullable Void>();
        Readers.Attached attached =
                await(entry.readers().attach(client, after, withIds, () -> done.complete(null)));
        switch (attached) {
            case READING -> await(done);
            case AHEAD ->
                    throw new RejectedException(
                            Failure.Kind.CURSOR_AHEAD,
                            "event "
                                    + after
                                    + " has not happened yet (expected: one that was received)");
            case EXPIRED ->
                    throw new RejectedException(
                            Failure.Kind.EXPIRED,
                            "what follows event " + after + " is no longer kept");
            case TOO_MANY ->
                    throw new RejectedException(
                            Failure.Kind.RATE_LIMITED, "this stream has as many readers as it may");
        }
        return 200;
    }

    /// Stops a stream at its provider. One that has ended already stays as it is.
    ///
    /// @throws RejectedException when it is not the caller's
    public void stop(Caller caller, String id) throws RejectedException {
        find(id, caller).stop();
    }

    /// `{"object":"list","data":[…]}` of the caller's own running streams.
    public byte[] list(Caller caller) {
        var out = new Utf8Buffer(512).raw("{\"object\":\"list\",\"data\":[");
        boolean first = true;
        for (Streams.Entry entry : streams.running(caller)) {
            if (!first) {
                out.put((byte) ',');
            }
            first = false;
            out.raw("{\"id\":").jsonString(entry.id());
            out.raw(",\"object\":\"stream\",\"dialect\":").jsonString(entry.dialect());
            out.raw(",\"model\":").jsonString(entry.model());
            out.raw(",\"created\":").number(entry.started().getEpochSecond());
            out.put((byte) '}');
        }
        return out.raw("]}").toByteArray();
    }

    private Streams.Entry find(String id, Caller caller) throws RejectedException {
        Streams.Entry entry = streams.find(id, caller, current.get().config().streams());
        if (entry == null) {
            throw new RejectedException(Failure.Kind.NOT_FOUND, "no such stream");
        }
        return entry;
    }

    private static long after(ClientRequest request) throws RejectedException {
        String parameter = parameter(request, "after");
        String text = parameter != null ? parameter : request.header("last-event-id");
        return text == null || text.isEmpty() ? 0 : number(text);
    }

    private static long number(String text) throws RejectedException {
        if (text.isEmpty()
                || text.length() > 18
                || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new RejectedException(
                    Failure.Kind.INVALID_REQUEST,
                    "the event to read on from is not a number (expected: how many events were received)");
        }
        return Long.parseLong(text);
    }

    private static @Nullable String parameter(ClientRequest request, String name) {
        for (String pair : request.query().split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0 && pair.substring(0, equals).equals(name)) {
                return pair.substring(equals + 1);
            }
        }
        return null;
    }

    private static <T extends @Nullable Object> T await(CompletableFuture<T> future)
            throws InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a stream's own step failed", e.getCause());
        }
    }
}
