package dev.firsttoken.cli;

import dev.firsttoken.bench.endpoint.Api;
import dev.firsttoken.bench.endpoint.Endpoint;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.net.URI;
import java.util.List;

/// How a server is asked, for the commands that measure one.
final class ServerOptions {

    /// Where a server is when nobody says where.
    static final String USUAL_URL = "http://127.0.0.1:8080/v1";

    @Option(
            names = "--api",
            paramLabel = "API",
            description = {
                "The dialect to ask in: openai, anthropic or simple (/chat/stream, which only"
                        + " streams). Default: the one whose path the address ends with, or openai."
            })
    private @Nullable Api api;

    @Option(
            names = "--key-env",
            paramLabel = "NAME",
            defaultValue = "FIRSTTOKEN_KEY",
            description =
                    "The environment variable that holds the key to show. Default: FIRSTTOKEN_KEY.")
    private String keyVariable = "FIRSTTOKEN_KEY";

    @Option(
            names = "--header",
            paramLabel = "NAME:VALUE",
            description = "Send this with every request; may be said more than once.")
    private List<String> headers = List.of();

    /// @throws IllegalArgumentException when the address or a header is none, with a message for
    ///   people
    Endpoint endpoint(URI url) {
        String key = System.getenv(keyVariable);
        return Endpoint.of(url, api, key == null || key.isEmpty() ? null : key).with(headers);
    }
}
