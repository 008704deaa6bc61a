package dev.firsttoken.gateway.config;

import static java.util.Map.entry;

import dev.firsttoken.gateway.config.Config.Durability;
import dev.firsttoken.gateway.config.Config.Log.Format;
import dev.firsttoken.gateway.config.Config.OnDisconnect;
import dev.firsttoken.gateway.config.Config.Protocol;
import dev.firsttoken.gateway.config.Type.Items;
import dev.firsttoken.gateway.config.Type.Section;
import dev.firsttoken.gateway.provider.KnownProviders;
import dev.firsttoken.gateway.provider.ProviderDialect;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Every key there is. To add one: a line here, a component in [Config], a line in [Assembly].
final class Keys {

    private Keys() {}

    private static final int MAX_BYTES = 1 << 30;

    // tls
    static final Key<Path> CERTIFICATE =
            Key.required(
                    "certificate",
                    Scalars.path(),
                    "PEM file with the certificate chain, leaf first.");
    static final Key<Path> KEY =
            Key.required("key", Scalars.path(), "PEM file with its private key.");

    // server
    static final Key<String> HOST =
            Key.of(
                            "host",
                            Scalars.host(),
                            "127.0.0.1",
                            "Address to listen on; any but a loopback one needs `keys` or `open`.")
                    .fixed();
    static final Key<Integer> PORT =
            Key.of(
                            "port",
                            Scalars.integer(0, 65_535),
                            "8080",
                            "Port to listen on; 0 picks a free one.")
                    .fixed();
    static final Key<Boolean> OPEN =
            Key.of(
                    "open",
                    Scalars.bool(),
                    "false",
                    "Serve a public address to anybody, although there are no keys.");
    static final Key<Duration> DRAIN =
            Key.of(
                    "drain",
                    Scalars.duration(Duration.ZERO),
                    "30s",
                    "How long running streams may go on after SIGTERM.");
    static final Key<Integer> EVENT_LOOPS =
            Key.of(
                            "event-loops",
                            Scalars.integer(0, 1_024),
                            "0",
                            "Threads that move bytes; 0 means one per processor.")
                    .fixed();
    static final Key<Boolean> PAGE =
            Key.of("page", Scalars.bool(), "true", "Serve the chat page at `/`.");
    static final Key<List<Bound<String>>> CORS =
            Key.optional(
                    "cors",
                    new Items<>(Scalars.origin(), 0),
                    "Origins whose pages may call the API from a browser, such as `https://chat.example.com`.");
    static final Key<Boolean> STRICT =
            Key.of(
                    "strict",
                    Scalars.bool(),
                    "false",
                    "Refuse a request of which a provider's dialect has no form for something,"
                            + " instead of leaving that out.");
    static final Key<Values> TLS =
            Key.optional(
                    "tls",
                    Section.of(CERTIFICATE, KEY).onlyWhenWritten(),
                    "Serve HTTPS with this certificate.");
    static final Key<Values> SERVER =
            Key.optional(
                    "server",
                    Section.of(HOST, PORT, OPEN, PAGE, CORS, STRICT, DRAIN, EVENT_LOOPS, TLS),
                    "Where we listen.");

    // providers[]
    static final Key<String> PROVIDER_NAME =
            Key.required("name", Scalars.name(), "The word for it in models, metrics and logs.");
    static final Key<URI> BASE_URL =
            Key.required(
                    "base-url",
                    Scalars.baseUrl(),
                    "Where its paths start, such as `https://api.openai.com/v1`.");
    static final Key<Secret> API_KEY =
            Key.optional(
                    "api-key",
                    Scalars.secret(),
                    "The credential we show it; write `${NAME}` or `${file:/path}`.");
    static final Key<Optional<URI>> PROXY =
            Key.optional(
                    "proxy",
                    Scalars.proxy(),
                    "HTTP proxy to go through; `none` ignores `HTTPS_PROXY` and `HTTP_PROXY`.");
    static final Key<Protocol> PROTOCOL =
            Key.of(
                    "protocol",
                    Scalars.oneOf(
                            inOrder(
                                    entry("auto", Protocol.AUTO),
                                    entry("http1", Protocol.HTTP_1),
                                    entry("http2", Protocol.HTTP_2))),
                    "auto",
                    "HTTP version to speak; `auto` takes HTTP/2 where TLS negotiates it.");
    static final Key<Path> TRUST =
            Key.optional(
                    "trust",
                    Scalars.path(),
                    "PEM file of the only certificates to trust, instead of the system's.");
    static final Key<Boolean> PRIVATE_ADDRESSES =
            Key.optional(
                    "private-addresses",
                    Scalars.bool(),
                    "Whether the name in `base-url` may stand for an address in a private network."
                            + " Without it, names without a dot and those under `.internal`,"
                            + " `.local` and the like may, others may not; link-local and metadata"
                            + " addresses may stand behind no name.");
    static final Key<List<Bound<String>>> PROVIDER_MODELS =
            Key.optional(
                    "models",
                    new Items<>(Scalars.model(), 0),
                    "Models it serves; empty means any name may be passed on to it.");
    static final Key<Integer> PROVIDER_STREAMS =
            Key.of(
                    "streams",
                    Scalars.integer(0, 1_000_000),
                    "0",
                    "Requests it may be answering at once; 0 means any number.");
    static final Key<Integer> PROVIDER_QUEUE =
            Key.of(
                    "queue",
                    Scalars.integer(0, 1_000_000),
                    "16",
                    "How many more may wait for one of its `streams`, each for `deadlines.queue`.");
    static final Key<ProviderDialect> DIALECT =
            Key.optional(
                    "dialect",
                    Scalars.oneOf(dialects()),
                    "What it speaks, or as who it speaks it; a provider with a well-known name speaks"
                            + " its own, and any other one the first of these.");
    static final Key<String> AWS_REGION =
            Key.optional(
                    "region",
                    Scalars.region(),
                    "Region of what is asked for; without it, the one in the host's name.");
    static final Key<Secret> AWS_ACCESS_KEY_ID =
            Key.required(
                    "access-key-id",
                    Scalars.secret(),
                    "The credential's name; write `${AWS_ACCESS_KEY_ID}`.");
    static final Key<Secret> AWS_SECRET_ACCESS_KEY =
            Key.required(
                    "secret-access-key",
                    Scalars.secret(),
                    "The credential; write `${AWS_SECRET_ACCESS_KEY}` or `${file:/path}`.");
    static final Key<Optional<Secret>> AWS_SESSION_TOKEN =
            Key.optional(
                    "session-token",
                    Scalars.secretOrNone(),
                    "What belongs to a credential that holds for some hours; write"
                            + " `${AWS_SESSION_TOKEN:-none}` where there may be none.");
    static final Key<String> API_VERSION =
            Key.optional(
                    "api-version",
                    Scalars.apiVersion(),
                    "Version of its API, such as `2024-10-21`, for a provider that wants one with"
                            + " every request.");
    static final Key<Values> AWS =
            Key.optional(
                    "aws",
                    Section.of(
                                    AWS_REGION,
                                    AWS_ACCESS_KEY_ID,
                                    AWS_SECRET_ACCESS_KEY,
                                    AWS_SESSION_TOKEN)
                            .onlyWhenWritten(),
                    "Sign requests with this credential of AWS instead of showing an `api-key`.");
    static final Key<List<Bound<Values>>> PROVIDERS =
            Key.optional(
                    "providers",
                    new Items<>(
                            Section.of(
                                    PROVIDER_NAME,
                                    BASE_URL,
                                    DIALECT,
                                    API_KEY,
                                    AWS,
                                    API_VERSION,
                                    PROXY,
                                    PROTOCOL,
                                    TRUST,
                                    PRIVATE_ADDRESSES,
                                    PROVIDER_MODELS,
                                    PROVIDER_STREAMS,
                                    PROVIDER_QUEUE),
                            0),
                    "Places that serve models; the order decides who gets an unknown model.");

    // models[]
    static final Key<String> DEPLOYMENT_PROVIDER =
            Key.required("provider", Scalars.name(), "Name of one of `providers`.");
    static final Key<String> DEPLOYMENT_MODEL =
            Key.required("model", Scalars.model(), "What that provider calls the model.");
    static final Key<String> MODEL_NAME =
            Key.required("name", Scalars.model(), "The name that clients ask for.");
    static final Key<List<Bound<Values>>> DEPLOYMENTS =
            Key.required(
                    "deployments",
                    new Items<>(Section.of(DEPLOYMENT_PROVIDER, DEPLOYMENT_MODEL), 1),
                    "What serves it, first choice first.");
    static final Key<List<Bound<Values>>> MODELS =
            Key.optional(
                    "models",
                    new Items<>(Section.of(MODEL_NAME, DEPLOYMENTS), 0),
                    "Names of our own for models.");

    static final Key<String> DEFAULT_MODEL =
            Key.of(
                    "default-model",
                    Scalars.model(),
                    "claude-sonnet-4-20250514",
                    "The model for requests that name none.");

    // keys[]
    static final Key<String> CALLER_NAME =
            Key.required("name", Scalars.name(), "The caller in metrics and logs.");
    static final Key<String> SHA256 =
            Key.required(
                    "sha256",
                    Scalars.sha256(),
                    "SHA-256 of the key; `firsttoken config key` makes both.");
    static final Key<Boolean> STORE =
            Key.of(
                    "store",
                    Scalars.bool(),
                    "true",
                    "Whether this caller's answers may be kept on disk; a request's `store: false` says no"
                            + " for itself.");
    static final Key<List<Bound<Values>>> CALLER_KEYS =
            Key.optional(
                    "keys",
                    new Items<>(
                            Section.of(CALLER_NAME, SHA256, STORE)
                                    .hint(
                                            "key",
                                            "a caller's key is never written in plain text; run"
                                                    + " `firsttoken config key` and write its sha256"),
                            0),
                    "Who may call. None means anybody who can reach the address.");

    // limits
    static final Key<Integer> REQUEST_HEAD =
            Key.of(
                    "request-head",
                    Scalars.size(1 << 10, 1 << 20),
                    "16KiB",
                    "Request line and headers together.");
    static final Key<Integer> REQUEST_BODY =
            Key.of(
                    "request-body",
                    Scalars.size(1 << 10, MAX_BYTES),
                    "20MiB",
                    "One request's body; images in prompts need the room.");
    static final Key<Integer> CONNECTIONS =
            Key.of(
                    "connections",
                    Scalars.integer(1, 1_000_000),
                    "10000",
                    "Client connections open at once.");
    static final Key<Integer> STREAMS =
            Key.of(
                    "streams",
                    Scalars.integer(1, 1_000_000),
                    "5000",
                    "Requests being answered at once; one more is refused at once.");
    static final Key<Integer> STREAMS_PER_KEY =
            Key.of(
                    "streams-per-key",
                    Scalars.integer(1, 1_000_000),
                    "500",
                    "The same for one caller key, so that one caller cannot take all.");
    static final Key<Integer> SSE_LINE =
            Key.of(
                    "sse-line",
                    Scalars.size(1 << 10, MAX_BYTES),
                    "1MiB",
                    "Longest line of a provider's stream.");
    static final Key<Integer> SSE_EVENT =
            Key.of(
                    "sse-event",
                    Scalars.size(1 << 10, MAX_BYTES),
                    "1MiB",
                    "Longest event of a provider's stream.");
    static final Key<Long> ANSWER =
            Key.of(
                    "answer",
                    Scalars.longSize(1 << 10, 1L << 40),
                    "64MiB",
                    "Longest answer as its provider sends it, streamed or not.");
    static final Key<Long> LOG_BYTES =
            Key.of(
                    "log",
                    Scalars.longSize(1 << 10, 1L << 40),
                    "256MiB",
                    "All stream logs together; the oldest finished ones go first.");
    static final Key<Integer> STREAMS_PER_ADDRESS =
            Key.of(
                    "streams-per-address",
                    Scalars.integer(0, 1_000_000),
                    "0",
                    "The same for one client address, an IPv6 one by its /64; 0 means any number,"
                            + " as behind a proxy.");
    static final Key<Integer> REQUESTS_PER_MINUTE =
            Key.of(
                    "requests-per-minute",
                    Scalars.integer(0, 1_000_000),
                    "0",
                    "What one caller key may start, a minute's worth at once; 0 means any number.");
    static final Key<Long> MEMORY =
            Key.of(
                    "memory",
                    Scalars.heapShare(1 << 20),
                    "60%",
                    "What requests being answered may have reserved together, of the heap or in bytes.");
    static final Key<Integer> REQUEST_DEPTH =
            Key.of(
                    "request-depth",
                    Scalars.integer(4, 500),
                    "64",
                    "How deep a request's JSON may nest.");
    static final Key<Integer> REQUEST_VALUES =
            Key.of(
                    "request-values",
                    Scalars.integer(100, 100_000_000),
                    "200000",
                    "Names, values and brackets in a request's JSON.");
    static final Key<Integer> REQUEST_MESSAGES =
            Key.of(
                    "request-messages",
                    Scalars.integer(1, 10_000_000),
                    "10000",
                    "Messages in one request.");
    static final Key<Integer> RESPONSE_HEAD =
            Key.of(
                    "response-head",
                    Scalars.size(1 << 10, 1 << 20),
                    "64KiB",
                    "Status line and headers of a provider's response.");
    static final Key<Integer> RESPONSE_HEADERS =
            Key.of(
                    "response-headers",
                    Scalars.integer(10, 10_000),
                    "200",
                    "How many headers that may be.");
    static final Key<Values> LIMITS =
            Key.optional(
                    "limits",
                    Section.of(
                            REQUEST_HEAD,
                            REQUEST_BODY,
                            CONNECTIONS,
                            STREAMS,
                            STREAMS_PER_KEY,
                            SSE_LINE,
                            SSE_EVENT,
                            ANSWER,
                            LOG_BYTES,
                            STREAMS_PER_ADDRESS,
                            REQUESTS_PER_MINUTE,
                            MEMORY,
                            REQUEST_DEPTH,
                            REQUEST_VALUES,
                            REQUEST_MESSAGES,
                            RESPONSE_HEAD,
                            RESPONSE_HEADERS),
                    "What one request, one caller and the whole server may take.");

    // http
    static final Key<Integer> CONNECTIONS_PER_ADDRESS =
            Key.of(
                    "connections-per-address",
                    Scalars.integer(1, 1_000_000),
                    "1000",
                    "Client connections from one IPv4 address or IPv6 /64; raise it behind a proxy.");
    static final Key<Integer> REQUEST_LINE =
            Key.of(
                    "request-line",
                    Scalars.size(1 << 10, 1 << 20),
                    "8KiB",
                    "Method, target and version of an HTTP/1 request.");
    static final Key<Integer> HEADERS =
            Key.of("headers", Scalars.integer(10, 10_000), "100", "Headers of one request.");
    static final Key<Integer> PIPELINED_REQUESTS =
            Key.of(
                    "pipelined-requests",
                    Scalars.integer(0, 1_000),
                    "8",
                    "HTTP/1 requests that wait behind the one being answered; 0 leaves them unread.");
    static final Key<Long> BODY_RATE =
            Key.of(
                    "body-rate",
                    Scalars.longSize(0, MAX_BYTES),
                    "1KiB",
                    "Least a client must send of a body per second, on average over `body-interval`.");
    static final Key<Duration> BODY_INTERVAL =
            Key.of("body-interval", Scalars.duration(), "10s", "How often that is looked at.");
    static final Key<Integer> HTTP2_STREAMS =
            Key.of(
                    "http2-streams",
                    Scalars.integer(1, 100_000),
                    "1000",
                    "Requests open at once on one HTTP/2 connection.");
    static final Key<Integer> HTTP2_RESETS =
            Key.of(
                    "http2-resets",
                    Scalars.integer(1, 1_000_000),
                    "1000",
                    "Requests a client may cancel, or make us reset, on one connection in 30 s.");
    static final Key<Integer> HTTP2_FRAMES =
            Key.of(
                    "http2-frames",
                    Scalars.integer(100, 10_000_000),
                    "2000",
                    "HTTP/2 frames on one connection that bring nothing; a tenth is given back each second.");
    static final Key<Values> HTTP =
            Key.optional(
                    "http",
                    Section.of(
                            CONNECTIONS_PER_ADDRESS,
                            REQUEST_LINE,
                            HEADERS,
                            PIPELINED_REQUESTS,
                            BODY_RATE,
                            BODY_INTERVAL,
                            HTTP2_STREAMS,
                            HTTP2_RESETS,
                            HTTP2_FRAMES),
                    "What clients may do to a connection.");

    // deadlines
    static final Key<Duration> CONNECT =
            deadline("connect", "5s", "Name lookup, TCP, proxy and TLS together.");
    static final Key<Duration> FIRST_TOKEN =
            deadline("first-token", "30s", "From the start of an attempt to its first content.");
    static final Key<Duration> STALL =
            deadline(
                    "stall",
                    "60s",
                    "Silence between two events of a running answer, or two pieces of one that is not streamed.");
    static final Key<Duration> TOTAL =
            deadline("total", "10m", "The whole answer, from the request's last byte.");
    static final Key<Duration> HEARTBEAT =
            deadline(
                    "heartbeat",
                    "10s",
                    "Silence towards a client before a sign of life; the head is held as long.");
    static final Key<Duration> HEAD_DEADLINE =
            deadline("request-head", "10s", "A client's request line and headers.");
    static final Key<Duration> BODY_DEADLINE =
            deadline("request-body", "5m", "A client's request body, however fast it comes.");
    static final Key<Duration> WRITE_STALL =
            deadline("write-stall", "30s", "A client that takes nothing for this long is cut off.");
    static final Key<Duration> IDLE_CONNECTION =
            deadline("idle-connection", "60s", "A connection without a request on it.");
    static final Key<Duration> PROGRESS =
            deadline(
                    "progress",
                    "5m",
                    "Between two events with content of a running answer, whatever else comes.");
    static final Key<Duration> FIRST_BYTE =
            deadline(
                    "first-byte",
                    "5m",
                    "From the start of an attempt to the head of an answer that is not streamed.");
    static final Key<Duration> QUEUE =
            Key.of(
                    "queue",
                    Scalars.duration(Duration.ZERO),
                    "2s",
                    "How long a request waits for a provider that answers as many as it may.");
    static final Key<Values> DEADLINES =
            Key.optional(
                    "deadlines",
                    Section.of(
                            CONNECT,
                            FIRST_TOKEN,
                            STALL,
                            TOTAL,
                            HEARTBEAT,
                            HEAD_DEADLINE,
                            BODY_DEADLINE,
                            WRITE_STALL,
                            IDLE_CONNECTION,
                            PROGRESS,
                            FIRST_BYTE,
                            QUEUE),
                    "How long we wait for what.");

    // streams
    static final Key<Duration> KEEP =
            Key.of(
                    "keep",
                    Scalars.duration(Duration.ZERO),
                    "10m",
                    "How long an answer that has ended can still be read at `/v1/streams/{id}`.");
    static final Key<Integer> KEPT =
            Key.of(
                    "kept",
                    Scalars.integer(0, 1_000_000),
                    "10000",
                    "How many ended answers are kept at most; the oldest go first.");
    static final Key<Integer> READERS =
            Key.of(
                    "readers",
                    Scalars.integer(1, 10_000),
                    "8",
                    "How many clients may read one answer at once.");
    static final Key<Duration> PACE =
            Key.of(
                    "pace",
                    Scalars.duration(Duration.ZERO),
                    "0s",
                    "Display-rate pacing: after its first event, a client is written to at most once in"
                            + " this time, and gets what came in between together. `16ms` is what a screen"
                            + " shows, and saves work with fast models; `0s` passes every event on as it"
                            + " comes.");
    static final Key<Path> DATA =
            Key.optional(
                            "data",
                            Scalars.path(),
                            "Folder that keeps answers on disk, so that they can be read after a restart; for"
                                    + " one server at a time.")
                    .fixed();
    static final Key<Durability> DURABILITY =
            Key.optional(
                            "durability",
                            Scalars.oneOf(
                                    inOrder(
                                            entry("memory", Durability.MEMORY),
                                            entry("process", Durability.PROCESS),
                                            entry("disk", Durability.DISK))),
                            "What an event survives that a client was shown: nothing, a killed process, or a"
                                    + " power cut. With `data` it is `process`, without it `memory`.")
                    .fixed();
    static final Key<Duration> DISK_KEEP =
            Key.of(
                            "disk-keep",
                            Scalars.duration(Duration.ofSeconds(1)),
                            "10m",
                            "How long an answer that has ended stays on disk.")
                    .fixed();
    static final Key<Long> DISK_BYTES =
            Key.of(
                            "disk-bytes",
                            Scalars.longSize(1 << 20, 1L << 50),
                            "8GiB",
                            "What `data` may hold; the oldest answers go first.")
                    .fixed();
    static final Key<Duration> DISK_WAIT =
            Key.of(
                            "disk-wait",
                            Scalars.duration(),
                            "250ms",
                            "How long one write may take; answers that wait for it then go on from memory and"
                                    + " cannot be read after a restart.")
                    .fixed();
    static final Key<OnDisconnect> CHAT_STREAM_DISCONNECT =
            onDisconnect("on-disconnect-chat-stream", "/chat/stream`, `/chat/ui` and `/chat/ag-ui");
    static final Key<OnDisconnect> V1_DISCONNECT = onDisconnect("on-disconnect-v1", "/v1");
    static final Key<Duration> GRACE =
            Key.of(
                    "grace",
                    Scalars.duration(),
                    "60s",
                    "How long a detached answer goes on while nobody reads it.");
    static final Key<Duration> DRAIN_TIME =
            Key.of(
                    "drain-time",
                    Scalars.duration(),
                    "30s",
                    "How long a drained answer goes on after its last reader has left.");
    static final Key<Integer> DRAIN_TOKENS =
            Key.of(
                    "drain-tokens",
                    Scalars.integer(0, 10_000_000),
                    "4096",
                    "How many more content events a drained answer may have.");
    static final Key<Integer> DRAIN_BYTES =
            Key.of(
                    "drain-bytes",
                    Scalars.size(0, MAX_BYTES),
                    "1MiB",
                    "How much longer a drained answer may get.");
    static final Key<Values> STREAMS_SECTION =
            Key.optional(
                    "streams",
                    Section.of(
                            KEEP,
                            KEPT,
                            READERS,
                            PACE,
                            CHAT_STREAM_DISCONNECT,
                            V1_DISCONNECT,
                            GRACE,
                            DRAIN_TIME,
                            DRAIN_TOKENS,
                            DRAIN_BYTES,
                            DATA,
                            DURABILITY,
                            DISK_KEEP,
                            DISK_BYTES,
                            DISK_WAIT),
                    "What becomes of an answer whose client leaves, and how long it can be read again.");

    private static Key<OnDisconnect> onDisconnect(String name, String route) {
        return Key.of(
                name,
                Scalars.oneOf(
                        inOrder(
                                entry("cancel", OnDisconnect.CANCEL),
                                entry("drain", OnDisconnect.DRAIN),
                                entry("detach", OnDisconnect.DETACH))),
                "cancel",
                "What happens on `" + route + "` when nobody reads an answer any more.");
    }

    // log
    static final Key<Format> LOG_FORMAT =
            Key.of(
                    "format",
                    Scalars.oneOf(inOrder(entry("text", Format.TEXT), entry("json", Format.JSON))),
                    "text",
                    "Lines for people or for machines.");
    static final Key<String> LOG_LEVEL =
            Key.of(
                    "level",
                    Scalars.oneOf(
                            inOrder(
                                    entry("error", "error"),
                                    entry("warn", "warn"),
                                    entry("info", "info"),
                                    entry("debug", "debug"),
                                    entry("trace", "trace"))),
                    "info",
                    "The least that is logged; no level shows a secret or a prompt.");
    static final Key<Values> LOG =
            Key.optional("log", Section.of(LOG_FORMAT, LOG_LEVEL), "What we say about ourselves.");

    // prices
    static final Key<Path> PRICE_FILE =
            Key.optional(
                    "file",
                    Scalars.path(),
                    "A list that `firsttoken models refresh` has written. Without it, `models.json` in the"
                            + " data folder if there is one, or else the list that comes with the program.");
    static final Key<String> PRICED_PROVIDER =
            Key.required("provider", Scalars.name(), "The name of a provider.");
    static final Key<String> PRICED_MODEL =
            Key.required("model", Scalars.model(), "What that provider calls the model.");
    static final Key<Long> INPUT_PRICE =
            Key.required("input", Scalars.price(), "Input, in US dollars per million tokens.");
    static final Key<Long> OUTPUT_PRICE =
            Key.required("output", Scalars.price(), "Output, in US dollars per million tokens.");
    static final Key<Long> CACHED_INPUT_PRICE =
            Key.optional(
                    "cached-input",
                    Scalars.price(),
                    "The part of the input that was read from a cache; as `input` if not said.");
    static final Key<Long> CACHE_WRITE_PRICE =
            Key.optional(
                    "cache-write",
                    Scalars.price(),
                    "The part of the input that was written to a cache; as `input` if not said.");
    static final Key<Long> REASONING_PRICE =
            Key.optional(
                    "reasoning",
                    Scalars.price(),
                    "The part of the output that is reasoning; as `output` if not said.");
    static final Key<Integer> CONTEXT =
            Key.optional(
                    "context",
                    Scalars.integer(1, 1_000_000_000),
                    "How many tokens it takes; as the list says if not said.");
    static final Key<Integer> MAX_OUTPUT =
            Key.optional(
                    "max-output",
                    Scalars.integer(1, 1_000_000_000),
                    "How many tokens an answer has at most; as the list says if not said.");
    static final Key<List<Bound<String>>> INPUTS =
            Key.optional(
                    "inputs",
                    new Items<>(
                            Scalars.oneOf(
                                    inOrder(
                                            entry("text", "text"),
                                            entry("image", "image"),
                                            entry("audio", "audio"),
                                            entry("video", "video"),
                                            entry("pdf", "pdf"))),
                            0),
                    "The kinds of input it takes; as the list says if not said.");
    static final Key<List<Bound<Values>>> PRICED_MODELS =
            Key.optional(
                    "models",
                    new Items<>(
                            Section.of(
                                    PRICED_PROVIDER,
                                    PRICED_MODEL,
                                    INPUT_PRICE,
                                    OUTPUT_PRICE,
                                    CACHED_INPUT_PRICE,
                                    CACHE_WRITE_PRICE,
                                    REASONING_PRICE,
                                    CONTEXT,
                                    MAX_OUTPUT,
                                    INPUTS),
                            0),
                    "Prices and limits that hold instead of the list's.");
    static final Key<Values> PRICES =
            Key.optional(
                    "prices",
                    Section.of(PRICE_FILE, PRICED_MODELS),
                    "What answers cost, for `/v1/models`, the log and the metrics.");

    static final Section ROOT =
            Section.of(
                    SERVER,
                    PROVIDERS,
                    MODELS,
                    DEFAULT_MODEL,
                    CALLER_KEYS,
                    LIMITS,
                    HTTP,
                    DEADLINES,
                    STREAMS_SECTION,
                    PRICES,
                    LOG);

    private static Map<String, ProviderDialect> dialects() {
        Map<String, ProviderDialect> dialects = new LinkedHashMap<>();
        KnownProviders.DIALECTS.forEach(dialect -> dialects.put(dialect.name(), dialect));
        KnownProviders.ACCENTS.forEach(accent -> dialects.put(accent.name(), accent));
        return dialects;
    }

    private static Key<Duration> deadline(String name, String defaultValue, String description) {
        return Key.of(name, Scalars.duration(), defaultValue, description);
    }

    @SafeVarargs
    private static <T> Map<String, T> inOrder(Map.Entry<String, T>... choices) {
        Map<String, T> map = new LinkedHashMap<>();
        for (Map.Entry<String, T> choice : choices) {
            map.put(choice.getKey(), choice.getValue());
        }
        return map;
    }
}
