package dev.firsttoken.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.firsttoken.gateway.admin.ModelCatalog;
import dev.firsttoken.gateway.admission.Admission;
import dev.firsttoken.gateway.admission.Caller;
import dev.firsttoken.gateway.dialect.ClientDialect;
import dev.firsttoken.gateway.dialect.Dialects;
import dev.firsttoken.gateway.dialect.Refusal;
import dev.firsttoken.gateway.dialect.RejectedException;
import dev.firsttoken.gateway.downstream.ClientExchange;
import dev.firsttoken.gateway.downstream.ClientRequest;
import dev.firsttoken.gateway.downstream.RequestHandler;
import dev.firsttoken.gateway.metering.Metrics;
import dev.firsttoken.gateway.page.Page;
import dev.firsttoken.gateway.relay.Relay;
import dev.firsttoken.gateway.relay.Snapshot;
import dev.firsttoken.gateway.relay.StreamReading;
import dev.firsttoken.gateway.routing.Router;
import dev.firsttoken.wire.event.Failure;
import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Every path that is served, who may call it, and what answers.
final class Routes implements RequestHandler {

    /// What may stand before `/v1`, as clients of some providers are used to.
    private static final List<String> ALIASES = List.of("/openai/v1/", "/api/v1/");

    private static final String MODEL_PATH = "/v1/models/";
    private static final String STREAM_PATH = "/v1/streams/";

    /// The caller in metrics of a request that did not say whose it is.
    static final String NOBODY = "none";

    private static final Map<String, String> JSON = Map.of("content-type", "application/json");
    private static final Map<String, String> METRICS_TEXT =
            Map.of("content-type", "text/plain; version=0.0.4; charset=utf-8");

    private enum Audience {
        /// Whoever can reach the port.
        PUBLIC,
        /// Whoever shows a key, where keys are configured.
        KEY
    }

    /// Answers and gives the status.
    @FunctionalInterface
    private interface Answer {
        int to(ClientExchange client, Caller caller) throws InterruptedException, RejectedException;
    }

    /// @param path the whole path, or its beginning when a slash ends it
    /// @param ends what a path with this beginning ends with, one of these; empty for any end
    /// @param dialect what is spoken there
    private record Route(
            String method,
            String path,
            List<String> ends,
            Audience audience,
            ClientDialect dialect,
            Answer answer) {

        Route(String method, String path, Audience audience, Answer answer) {
            this(method, path, List.of(), audience, Dialects.usual(), answer);
        }

        boolean matches(String requested) {
            return path.endsWith("/") && path.length() > 1
                    ? requested.startsWith(path)
                            && (ends.isEmpty()
                                    || ends.stream()
                                            .anyMatch(requested.substring(path.length())::endsWith))
                    : requested.equals(path);
        }

        boolean allows(String requested) {
            return method.equals(requested) || method.equals("GET") && requested.equals("HEAD");
        }
    }

    private final Supplier<Snapshot> current;
    private final Admission admission;
    private final Relay relay;
    private final StreamReading reading;
    private final ModelCatalog catalog;
    private final Metrics metrics;
    private final Page page = new Page();
    private final List<Route> routes;

    Routes(
            Supplier<Snapshot> current,
            Admission admission,
            Relay relay,
            StreamReading reading,
            ModelCatalog catalog,
            Metrics metrics) {
        this.current = current;
        this.admission = admission;
        this.relay = relay;
        this.reading = reading;
        this.catalog = catalog;
        this.metrics = metrics;
        var all = new ArrayList<Route>();
        Dialects.ALL.forEach(place -> all.add(completion(place)));
        all.addAll(
                List.of(
                        new Route("GET", "/v1/models", Audience.KEY, this::models),
                        new Route("GET", MODEL_PATH, Audience.KEY, this::model),
                        new Route(
                                "GET",
                                Dialects.ANSWERS.path(),
                                List.of(),
                                Audience.KEY,
                                Dialects.ANSWERS.dialect(),
                                this::answer),
                        new Route(
                                "GET",
                                Dialects.CONVERSATIONS.path(),
                                List.of(Dialects.CONVERSATIONS.end()),
                                Audience.KEY,
                                Dialects.CONVERSATIONS.dialect(),
                                this::conversation),
                        new Route("GET", "/v1/streams", Audience.KEY, this::streams),
                        new Route("GET", STREAM_PATH, Audience.KEY, this::stream),
                        new Route("DELETE", STREAM_PATH, Audience.KEY, this::stopStream),
                        new Route("GET", "/healthz", Audience.PUBLIC, Routes::alive),
                        new Route("GET", "/readyz", Audience.PUBLIC, this::ready),
                        new Route("GET", "/metrics", Audience.KEY, this::metricsText),
                        new Route("GET", "/", Audience.PUBLIC, this::page),
                        new Route("GET", Page.ASSET_PATH, Audience.PUBLIC, this::pageAsset)));
        this.routes = List.copyOf(all);
    }

    private Route completion(Dialects.Place place) {
        return new Route(
                "POST",
                place.path(),
                place.ends(),
                Audience.KEY,
                place.dialect(),
                (client, caller) -> relay.serve(client, caller, place.dialect()));
    }

    @Override
    public void handle(ClientExchange client) throws InterruptedException {
        String path = path(client.request());
        Route found = find(client.request());
        String label = found == null ? "unknown" : found.path;
        String callerName = NOBODY;
        int status;
        try {
            Route route = allowed(found, client.request());
            Caller caller = identify(route, client.request());
            callerName = caller.name();
            status = route.answer.to(client, caller);
        } catch (RejectedException rejected) {
            Refusal refusal = refusal(client.request(), rejected.failure());
            var headers = new HashMap<>(refusal.headers());
            if (found != null && refusal.status() == 405) {
                headers.put("allow", methods(path));
            }
            client.respond(refusal.status(), headers, refusal.body());
            status = refusal.status();
        }
        metrics.request(label, status, callerName);
    }

    /// The path without what is only another name for it.
    private static String path(ClientRequest request) {
        String path = request.path();
        for (String alias : ALIASES) {
            if (path.startsWith(alias)) {
                return path.substring(alias.indexOf("/v1/"));
            }
        }
        return path;
    }

    private @Nullable Route find(ClientRequest request) {
        Route found = null;
        for (Route route : routes) {
            if (route.matches(path(request))) {
                found = route;
                if (route.allows(request.method())) {
                    break;
                }
            }
        }
        return found;
    }

    /// Why a request that has not wholly arrived will be refused, if that can be told by its head.
    @Nullable Failure refuse(ClientRequest head) {
        try {
            identify(allowed(find(head), head), head);
            return null;
        } catch (RejectedException rejected) {
            return rejected.failure();
        }
    }

    /// A refusal in the dialect of whatever the request wanted: the one place that shapes those
    /// that come before a request is read.
    Refusal refusal(ClientRequest request, Failure failure) {
        Route found = find(request);
        return (found == null ? Dialects.usual() : found.dialect).refusal(failure);
    }

    private Route allowed(@Nullable Route found, ClientRequest request) throws RejectedException {
        if (found == null) {
            throw nothingHere();
        }
        if (!found.allows(request.method())) {
            throw new RejectedException(
                    Failure.Kind.METHOD_NOT_ALLOWED,
                    "this path takes " + methods(path(request)) + " requests only");
        }
        return found;
    }

    private Caller identify(Route route, ClientRequest request) throws RejectedException {
        return switch (route.audience) {
            case PUBLIC -> Caller.ANYBODY;
            case KEY -> admission.identify(request);
        };
    }

    /// The methods that a path takes, as the `allow` header lists them.
    private String methods(String path) {
        return routes.stream()
                .filter(route -> route.matches(path))
                .map(Route::method)
                .collect(Collectors.joining(", "));
    }

    private int streams(ClientExchange client, Caller caller) {
        return ok(client, JSON, reading.list(caller));
    }

    private int stream(ClientExchange client, Caller caller)
            throws InterruptedException, RejectedException {
        return reading.read(client, caller, streamId(client));
    }

    private int answer(ClientExchange client, Caller caller)
            throws InterruptedException, RejectedException {
        String id = path(client.request()).substring(Dialects.ANSWERS.path().length());
        String prefix = Dialects.ANSWERS.prefix();
        if (!id.startsWith(prefix)) {
            throw new RejectedException(Failure.Kind.NOT_FOUND, "no such answer");
        }
        return reading.readAnswer(
                client, caller, Dialects.ANSWERS.dialect(), id.substring(prefix.length()));
    }

    private int conversation(ClientExchange client, Caller caller)
            throws InterruptedException, RejectedException {
        Dialects.Conversations place = Dialects.CONVERSATIONS;
        String rest = path(client.request()).substring(place.path().length());
        String name = rest.substring(0, rest.length() - place.end().length());
        return reading.readConversation(client, caller, place.dialect(), decode(name));
    }

    private int stopStream(ClientExchange client, Caller caller) throws RejectedException {
        reading.stop(caller, streamId(client));
        client.respond(204, Map.of(), new byte[0]);
        return 204;
    }

    private static String streamId(ClientExchange client) {
        return path(client.request()).substring(STREAM_PATH.length());
    }

    private int models(ClientExchange client, Caller caller) throws InterruptedException {
        return ok(client, JSON, catalog.list(router(), current.get().prices()));
    }

    private int model(ClientExchange client, Caller caller) throws InterruptedException {
        String name = decode(path(client.request()).substring(MODEL_PATH.length()));
        byte[] body = catalog.one(router(), current.get().prices(), name);
        if (body != null) {
            return ok(client, JSON, body);
        }
        Refusal refusal =
                refusal(
                        client.request(),
                        Failure.of(
                                Failure.Kind.MODEL_NOT_FOUND,
                                "no such model (expected: one that /v1/models lists)"));
        client.respond(refusal.status(), refusal.headers(), refusal.body());
        return refusal.status();
    }

    private int page(ClientExchange client, Caller caller) throws RejectedException {
        if (!current.get().config().server().page()) {
            throw nothingHere();
        }
        return page.document(client);
    }

    private int pageAsset(ClientExchange client, Caller caller) throws RejectedException {
        int status = current.get().config().server().page() ? page.asset(client) : 0;
        if (status == 0) {
            throw nothingHere();
        }
        return status;
    }

    private static RejectedException nothingHere() {
        return new RejectedException(
                Failure.Kind.NOT_FOUND,
                "nothing is served at this path (expected: "
                        + String.join(", ", Dialects.ALL.stream().map(Routes::shown).toList())
                        + ", GET /v1/models)");
    }

    private static String shown(Dialects.Place place) {
        return "POST "
                + place.path()
                + (place.ends().isEmpty() ? "" : "{model}" + place.ends().getFirst());
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }

    private static int alive(ClientExchange client, Caller caller) {
        return ok(client, JSON, "{\"status\":\"ok\"}".getBytes(UTF_8));
    }

    private int ready(ClientExchange client, Caller caller) {
        if (admission.isDraining()) {
            client.respond(503, JSON, "{\"status\":\"draining\"}".getBytes(UTF_8));
            return 503;
        }
        return ok(client, JSON, "{\"status\":\"ready\"}".getBytes(UTF_8));
    }

    private int metricsText(ClientExchange client, Caller caller) {
        return ok(client, METRICS_TEXT, metrics.text());
    }

    private static int ok(ClientExchange client, Map<String, String> headers, byte[] body) {
        client.respond(200, headers, body);
        return 200;
    }

    private Router router() {
        return current.get().router();
    }
}
