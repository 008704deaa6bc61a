package dev.firsttoken.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.firsttoken.simulator.answer.Answer;
import dev.firsttoken.simulator.answer.Framing;
import dev.firsttoken.simulator.answer.Header;
import dev.firsttoken.simulator.answer.Http;
import dev.firsttoken.simulator.answer.Piece;
import dev.firsttoken.simulator.answer.Step.Body;
import dev.firsttoken.simulator.answer.Step.End;
import dev.firsttoken.simulator.answer.Step.Head;
import dev.firsttoken.simulator.dialect.Call;
import dev.firsttoken.simulator.dialect.Dialect;
import dev.firsttoken.simulator.dialect.Dialects;
import dev.firsttoken.simulator.dialect.Question;
import dev.firsttoken.simulator.fault.Fault;
import dev.firsttoken.simulator.fault.Fault.Asked;
import dev.firsttoken.simulator.fault.Status;
import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.event.Failure.Kind;
import dev.firsttoken.wire.json.Utf8Buffer;
import java.net.URLDecoder;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Where every request gets its answer: routes, key, models and scripts. May be used by several
/// threads.
final class Desk {

    private static final String MODELS = "/v1/models";

    private static final String NO_KEY = "The key is missing or not the expected one.";

    /// The names that are listed. Any other name is answered too.
    private static final List<String> LISTED =
            List.of(
                    "claude-sonnet-4-20250514",
                    "gpt-5-mini",
                    "sim/tokens-200+gap-20ms+ttft-300ms",
                    "sim/reasoning-40+tokens-80",
                    "sim/tools-2",
                    "sim/status-429+retry-after-2s",
                    "sim/stall-after-10",
                    "sim/cut-after-10",
                    "sim/error-after-10",
                    "sim/silent");

    private final Composer composer;
    private final @Nullable String apiKey;
    private final Map<String, Turns> scripts = new ConcurrentHashMap<>();

    /// Scripts that are answered one after the other, the last one from then on.
    private record Turns(List<Script> scripts, AtomicInteger taken) {
        Script next() {
            return scripts.get(Math.min(taken.getAndIncrement(), scripts.size() - 1));
        }
    }

    Desk(Composer composer, @Nullable String apiKey) {
        this.composer = composer;
        this.apiKey = apiKey;
    }

    void script(String model, List<Script> inTurn) {
        scripts.put(model, new Turns(inTurn, new AtomicInteger()));
    }

    Answer answer(Exchange exchange) {
        try {
            return route(exchange);
        } catch (IllegalArgumentException e) {
            return refusal(Kind.INVALID_REQUEST, String.valueOf(e.getMessage()));
        }
    }

    private Answer route(Exchange exchange) {
        String path = exchange.path();
        int mark = path.indexOf('?');
        String route = mark < 0 ? path : path.substring(0, mark);
        String query = mark < 0 ? "" : path.substring(mark + 1);
        Call call = new Call(route, query, exchange::header, exchange.bodyBytes());
        String method = exchange.method();
        for (Dialect dialect : Dialects.ALL) {
            if (dialect.serves(route)) {
                return method.equals("POST")
                        ? answer(exchange, dialect, call)
                        : notAllowed(method, "POST");
            }
        }
        if (!isAllowed(call.key())) {
            return refusal(Kind.UNAUTHENTICATED, NO_KEY);
        }
        if (route.equals(MODELS)) {
            return method.equals("GET") ? models() : notAllowed(method, "GET");
        }
        if (route.startsWith(MODELS + "/")) {
            String id = route.substring(MODELS.length() + 1);
            return method.equals("GET")
                    ? model(URLDecoder.decode(id.replace("+", "%2B"), UTF_8))
                    : notAllowed(method, "GET");
        }
        return refusal(Kind.NOT_FOUND, "There is nothing at " + route + ".");
    }

    private Answer answer(Exchange exchange, Dialect dialect, Call call) {
        try {
            String key = call.key();
            if (!isAllowed(key)) {
                return Status.answer(dialect, Failure.of(Kind.UNAUTHENTICATED, NO_KEY));
            }
            return compose(exchange, dialect, call, key);
        } catch (IllegalArgumentException e) {
            String why = String.valueOf(e.getMessage());
            return Status.answer(dialect, Failure.of(Kind.INVALID_REQUEST, why));
        }
    }

    private boolean isAllowed(String key) {
        return apiKey == null || MessageDigest.isEqual(key.getBytes(UTF_8), apiKey.getBytes(UTF_8));
    }

    private Answer compose(Exchange exchange, Dialect dialect, Call call, String key) {
        Question question = dialect.read(call);
        Turns registered = scripts.get(question.model());
        Script base = registered == null ? Script.DEFAULT : registered.next();
        if (base.timing() == null) {
            base = base.withTiming(composer.defaultTiming());
        }
        String words = registered == null ? question.model() : "";
        Script script = Grammar.parse(words, exchange.header(Grammar.HEADER), base);
        byte[] aside = dialect.aside(call);
        if (aside != null) {
            script = script.withContent(new Content.Whole(aside));
        }
        Asked asked = new Asked(Http.of(exchange.protocol()), dialect, key, exchange.isFirst());
        return composer.compose(
                script.withFaults(Fault.allAsked(script.faults(), asked)),
                dialect,
                question,
                exchange.number());
    }

    private static Answer models() {
        Utf8Buffer json = new Utf8Buffer(1024).raw("{\"object\":\"list\",\"data\":[");
        String separator = "";
        for (String id : LISTED) {
            json.raw(separator);
            writeModel(id, json);
            separator = ",";
        }
        return json(json.raw("]}").toByteArray());
    }

    private static Answer model(String id) {
        Utf8Buffer json = new Utf8Buffer(128);
        writeModel(id, json);
        return json(json.toByteArray());
    }

    private static void writeModel(String id, Utf8Buffer out) {
        out.raw("{\"id\":").jsonString(id).raw(",\"object\":\"model\",\"created\":");
        out.number(Composer.CREATED_SECONDS).raw(",\"owned_by\":\"simulator\"}");
    }

    private static Answer json(byte[] body) {
        return new Answer(
                        false,
                        List.of(
                                new Head(
                                        200,
                                        List.of(new Header("content-type", "application/json")),
                                        Framing.CONTENT_LENGTH),
                                Body.bytes(Piece.of(body)),
                                new End()))
                .measured();
    }

    private static Answer notAllowed(String method, String allowed) {
        return refusal(
                Kind.METHOD_NOT_ALLOWED, "method: " + method + " (expected: " + allowed + ")");
    }

    static Answer refusal(Kind kind, String detail) {
        return Status.answer(Dialects.CHAT, Failure.of(kind, detail));
    }
}
