package dev.firsttoken.gateway.config;

import dev.firsttoken.gateway.pricing.PriceRule;
import dev.firsttoken.gateway.provider.KnownProviders;
import dev.firsttoken.gateway.provider.ProviderDialect;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Everything an operator can decide, as one immutable snapshot. A reload makes another one.
///
/// Values are already checked: durations are positive, names unique, references resolved.
public record Config(
        Server server,
        List<Provider> providers,
        List<Model> models,
        String defaultModel,
        List<CallerKey> keys,
        Limits limits,
        Http http,
        Deadlines deadlines,
        Streams streams,
        Prices prices,
        Log log) {

    /// The same with one more provider, asked last: how the built-in simulator is plugged in when
    /// there is no other.
    public Config withProvider(Provider provider) {
        return withProvider(provider, prices);
    }

    /// This and a provider whose answers cost nothing, whatever their models are called.
    public Config withFreeProvider(Provider provider) {
        List<PriceRule> rules = new ArrayList<>(prices.rules());
        rules.add(PriceRule.free(provider.name()));
        return withProvider(provider, new Prices(prices.file(), List.copyOf(rules)));
    }

    private Config withProvider(Provider provider, Prices prices) {
        List<Provider> more = new ArrayList<>(providers);
        more.add(provider);
        return new Config(
                server,
                List.copyOf(more),
                models,
                defaultModel,
                keys,
                limits,
                http,
                deadlines,
                streams,
                prices,
                log);
    }

    /// Where we listen. The address and the event loops are not reloadable.
    ///
    /// @param open whether a public address may be served although there are no keys
    /// @param page whether the chat page is served
    /// @param cors origins whose pages may call the API from a browser
    /// @param drain how long running streams may go on after a SIGTERM
    /// @param eventLoops threads that move bytes; 0 means one per processor
    /// @param strict whether a request is refused of which something would have to be left out
    public record Server(
            String host,
            int port,
            boolean open,
            boolean page,
            List<String> cors,
            @Nullable Tls tls,
            Duration drain,
            int eventLoops,
            boolean strict) {}

    /// A certificate chain and its private key, both PEM files.
    public record Tls(Path certificate, Path key) {}

    /// A place that speaks a dialect.
    ///
    /// @param name the word for it in models, metrics and logs
    /// @param baseUrl where the dialect's paths start, such as `https://api.openai.com/v1`
    /// @param apiKey the server-side credential; none for a provider that wants none
    /// @param proxy an HTTP proxy to go through, such as `http://proxy:3128`
    /// @param protocol which HTTP version to speak
    /// @param trust PEM file of the only certificates to trust, instead of the system's
    /// @param models the names it serves; empty when any name may be passed on to it
    /// @param streams requests it may be answering at once; 0 when there is no limit
    /// @param queue how many more may wait for one of them to end
    /// @param dialect what it speaks
    /// @param privateAddresses whether the name in its address may stand for one in a private
    ///   network; null when the name itself says so
    /// @param aws what requests are signed with instead of showing a key
    /// @param apiVersion of the provider's API, where it wants one
    public record Provider(
            String name,
            URI baseUrl,
            @Nullable Secret apiKey,
            @Nullable URI proxy,
            Protocol protocol,
            @Nullable Path trust,
            List<String> models,
            int streams,
            int queue,
            ProviderDialect dialect,
            @Nullable Boolean privateAddresses,
            @Nullable Aws aws,
            @Nullable String apiVersion) {

        /// How many requests may wait for a provider where nothing is said.
        private static final int USUAL_QUEUE = 16;

        /// A provider that answers any number of requests at once.
        public Provider(
                String name,
                URI baseUrl,
                @Nullable Secret apiKey,
                @Nullable URI proxy,
                Protocol protocol,
                @Nullable Path trust,
                List<String> models) {
            this(
                    name,
                    baseUrl,
                    apiKey,
                    proxy,
                    protocol,
                    trust,
                    models,
                    0,
                    USUAL_QUEUE,
                    KnownProviders.dialectOf(name),
                    null,
                    null,
                    null);
        }

        /// A provider that wants no key and takes any model.
        public static Provider at(String name, URI baseUrl) {
            return new Provider(name, baseUrl, null, null, Protocol.AUTO, null, List.of());
        }
    }

    /// A credential of AWS.
    ///
    /// @param region where what is asked for is, such as `eu-central-1`
    /// @param sessionToken for a credential that holds for some hours
    public record Aws(
            String region,
            String accessKeyId,
            Secret secretAccessKey,
            @Nullable Secret sessionToken) {}

    public enum Protocol {
        /// HTTP/2 where TLS negotiates it, HTTP/1.1 otherwise.
        AUTO,
        HTTP_1,
        /// HTTP/2 always: by ALPN with TLS, with prior knowledge without.
        HTTP_2
    }

    /// A name that clients ask for, and the deployments that serve it, first choice first.
    public record Model(String name, List<Deployment> deployments) {}

    /// One model at one provider.
    public record Deployment(String provider, String model) {}

    /// A key that a caller may show. Only its hash is known.
    ///
    /// @param name the user in metrics and logs
    /// @param sha256 lower-case hex of SHA-256 over the key's UTF-8 bytes
    /// @param store whether answers to this caller may be kept on disk
    public record CallerKey(String name, String sha256, boolean store) {

        /// A caller whose answers may be kept.
        public CallerKey(String name, String sha256) {
            this(name, sha256, true);
        }
    }

    /// What one request, one caller and the whole server may take. Sizes in bytes.
    ///
    /// @param requestHeadBytes request line and headers together
    /// @param connections open client connections
    /// @param streams requests being answered at once
    /// @param streamsPerKey the same, for one caller key
    /// @param sseLineBytes longest line of a provider's stream
    /// @param sseEventBytes longest block of a provider's stream
    /// @param answerBytes longest answer, streamed or not
    /// @param logBytes all stream logs together; the oldest finished ones go first
    /// @param streamsPerAddress requests being answered at once for one client address; 0 when
    ///   there is no limit
    /// @param requestsPerMinute what one caller key may start; 0 when there is no limit
    /// @param memoryBytes what the requests being answered may have reserved together
    /// @param requestDepth how deep a request's JSON may nest
    /// @param requestValues how many names, values and brackets a request's JSON may have
    /// @param requestMessages how many messages a request may have
    /// @param responseHeadBytes status line and headers of a provider's response
    /// @param responseHeaders how many headers that may be
    public record Limits(
            int requestHeadBytes,
            int requestBodyBytes,
            int connections,
            int streams,
            int streamsPerKey,
            int sseLineBytes,
            int sseEventBytes,
            long answerBytes,
            long logBytes,
            int streamsPerAddress,
            int requestsPerMinute,
            long memoryBytes,
            int requestDepth,
            int requestValues,
            int requestMessages,
            int responseHeadBytes,
            int responseHeaders) {}

    /// What clients may do to a connection, beyond [Limits].
    ///
    /// @param connectionsPerAddress open at once from one IPv4 address or one IPv6 /64
    /// @param requestLineBytes method, target and version
    /// @param headers of one request
    /// @param pipelinedRequests that wait behind the one being answered, over HTTP/1.1
    /// @param bodyRateBytes least bytes a second of a body, on average over each interval
    /// @param bodyInterval how often that is looked at
    /// @param http2Streams open at once on one connection
    /// @param http2Resets streams reset on one connection within 30 s, by the client or because of
    ///   it
    /// @param http2Frames that bring neither a request nor a body, on one connection, before a
    ///   tenth as many a second
    public record Http(
            int connectionsPerAddress,
            int requestLineBytes,
            int headers,
            int pipelinedRequests,
            long bodyRateBytes,
            Duration bodyInterval,
            int http2Streams,
            int http2Resets,
            int http2Frames) {}

    /// How long we wait for what.
    ///
    /// @param connect name lookup, TCP, proxy and TLS together
    /// @param firstToken from the start of an attempt to its first content
    /// @param stall between two events of a running answer, or two pieces of one that is not
    ///   streamed
    /// @param total the whole answer, from the request's last byte
    /// @param heartbeat silence towards the client before we send a sign of life; it is also how
    ///   long status and headers are held back in the hope of a first token
    /// @param writeStall a client that takes nothing for this long is cut off
    /// @param progress between two events with content, whatever else comes
    /// @param firstByte from the start of an attempt to the head of an answer that is not streamed
    /// @param queue how long a request waits for a provider that answers as many as it may
    public record Deadlines(
            Duration connect,
            Duration firstToken,
            Duration stall,
            Duration total,
            Duration heartbeat,
            Duration requestHead,
            Duration requestBody,
            Duration writeStall,
            Duration idleConnection,
            Duration progress,
            Duration firstByte,
            Duration queue) {}

    /// What becomes of an answer when its client leaves, and how long it can be read again.
    ///
    /// @param keep how long an answer that has ended can still be read
    /// @param kept how many such answers are kept at most
    /// @param readers how many clients may read one answer at once
    /// @param pace each of them is written to at most once in this time after its first event; zero
    ///   when every event leaves as it comes
    /// @param chatStream what happens on `/chat/…` when nobody reads any more
    /// @param v1 the same for `/v1`
    /// @param grace how long a *detached* answer goes on without a reader
    /// @param drainTime how long a *drained* answer goes on
    /// @param drainTokens how many more content events it may have
    /// @param drainBytes how much longer it may get
    /// @param disk how answers are kept on disk, or null when they are in memory alone
    public record Streams(
            Duration keep,
            int kept,
            int readers,
            Duration pace,
            OnDisconnect chatStream,
            OnDisconnect v1,
            Duration grace,
            Duration drainTime,
            int drainTokens,
            int drainBytes,
            @Nullable Disk disk) {}

    /// What answers cost.
    ///
    /// @param file a list of models, or null for the one that comes with the program
    /// @param rules what holds instead of the list
    public record Prices(@Nullable Path file, List<PriceRule> rules) {
        public static final Prices USUAL = new Prices(null, List.of());
    }

    /// What an event that a client was shown survives.
    public enum Durability {
        /// Nothing but its reader.
        MEMORY,
        /// The death of this process.
        PROCESS,
        /// A power cut, too.
        DISK
    }

    /// How answers are kept on disk. Not reloadable.
    ///
    /// @param folder used by one server at a time
    /// @param durability not `MEMORY`
    /// @param keep how long an answer that has ended stays
    /// @param bytes what the folder may hold
    /// @param patience how long one write may take before answers go on without it
    public record Disk(
            Path folder, Durability durability, Duration keep, long bytes, Duration patience) {}

    public enum OnDisconnect {
        /// Stop the provider at once.
        CANCEL,
        /// Let it finish within bounds, so that usage is known.
        DRAIN,
        /// Let it go on for a grace time, so that a client can come back.
        DETACH
    }

    public record Log(Format format, String level) {
        public enum Format {
            TEXT,
            JSON
        }
    }
}
