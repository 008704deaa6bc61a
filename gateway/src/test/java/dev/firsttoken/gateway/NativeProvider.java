package dev.firsttoken.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/// A provider of any dialect: it knows what to answer by the model's name, wherever in the request
/// that stands, and remembers what it was asked.
final class NativeProvider implements AutoCloseable {

    /// @param body sent in two pieces, so that no client gets away with expecting one
    /// @param cut whether the connection is closed before the body's end is told
    record Answer(int status, String type, byte[] body, boolean cut) {}

    /// @param headers names in lower case
    record Asked(String method, String path, Map<String, String> headers, String body) {}

    private final HttpServer server;
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private final List<Asked> asked = new CopyOnWriteArrayList<>();

    NativeProvider() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::serve);
        server.start();
    }

    /// Where it is, with this path.
    URI url(String path) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
    }

    void answer(String model, int status, String type, String body) {
        answers.put(model, new Answer(status, type, body.getBytes(UTF_8), false));
    }

    void answer(String model, String type, byte[] body) {
        answers.put(model, new Answer(200, type, body, false));
    }

    void cut(String model, String type, byte[] body) {
        answers.put(model, new Answer(200, type, body, true));
    }

    /// The last request.
    Asked last() {
        return asked.getLast();
    }

    int requests() {
        return asked.size();
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
            String path = exchange.getRequestURI().toString();
            var headers = new TreeMap<String, String>();
            exchange.getRequestHeaders()
                    .forEach((name, values) ->
                            headers.put(name.toLowerCase(Locale.ROOT), values.getFirst()));
            asked.add(new Asked(exchange.getRequestMethod(), path, headers, body));
            Answer answer = find(path, body);
            if (answer == null) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            exchange.getResponseHeaders().set("content-type", answer.type());
            exchange.sendResponseHeaders(answer.status(), answer.cut() ? 1 << 30 : 0);
            OutputStream out = exchange.getResponseBody();
            int half = answer.body().length / 2;
            out.write(answer.body(), 0, half);
            out.flush();
            out.write(answer.body(), half, answer.body().length - half);
            out.flush();
            if (!answer.cut()) {
                out.close();
            }
        }
    }

    private Answer find(String path, String body) {
        for (var known : answers.entrySet()) {
            if (body.contains("\"model\":\"" + known.getKey() + "\"")
                    || path.contains("/" + known.getKey() + ":")
                    || path.contains("/" + known.getKey() + "/")) {
                return known.getValue();
            }
        }
        return null;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
