package dev.firsttoken.gateway;

import dev.firsttoken.gateway.config.CallerKeys;
import dev.firsttoken.gateway.config.Config;
import dev.firsttoken.gateway.config.Config.CallerKey;
import dev.firsttoken.gateway.config.Config.Deadlines;
import dev.firsttoken.gateway.config.Config.Deployment;
import dev.firsttoken.gateway.config.Config.Http;
import dev.firsttoken.gateway.config.Config.Limits;
import dev.firsttoken.gateway.config.Config.Log;
import dev.firsttoken.gateway.config.Config.Model;
import dev.firsttoken.gateway.config.Config.OnDisconnect;
import dev.firsttoken.gateway.config.Config.Protocol;
import dev.firsttoken.gateway.config.Config.Provider;
import dev.firsttoken.gateway.config.Config.Server;
import dev.firsttoken.gateway.config.Config.Tls;
import dev.firsttoken.gateway.config.Secret;
import dev.firsttoken.gateway.pricing.ModelFacts;
import dev.firsttoken.gateway.pricing.Price;
import dev.firsttoken.gateway.pricing.PriceRule;
import dev.firsttoken.gateway.provider.KnownProviders;
import dev.firsttoken.gateway.provider.ProviderDialect;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A configuration in the making. What a test does not change is as the defaults are.
final class Settings {

    static final String DEFAULT_MODEL = "sim/tokens-3";

    final List<Provider> providers = new ArrayList<>();
    final List<Model> models = new ArrayList<>();
    final List<CallerKey> keys = new ArrayList<>();
    @Nullable Tls tls;
    int eventLoops = 1;
    boolean page = true;
    List<String> cors = List.of();
    boolean strict;

    int requestHeadBytes = 32 * 1024;
    int requestBodyBytes = 1 << 20;
    int connections = 1000;
    int streams = 1000;
    int streamsPerKey = 1000;
    int sseLineBytes = 1 << 20;
    int sseEventBytes = 1 << 20;
    long answerBytes = 64L << 20;
    long logBytes = 64L << 20;
    int streamsPerAddress;
    int requestsPerMinute;
    long memoryBytes = 1L << 30;
    int requestDepth = 64;
    int requestValues = 200_000;
    int requestMessages = 10_000;
    int responseHeadBytes = 64 * 1024;
    int responseHeaders = 200;

    int connectionsPerAddress = 1000;
    int requestLineBytes = 8 * 1024;
    int headers = 100;
    int pipelinedRequests = 8;
    long bodyRateBytes = 1024;
    Duration bodyInterval = Duration.ofSeconds(10);
    int http2Streams = 1000;
    int http2Resets = 1000;
    int http2Frames = 2000;

    Duration connect = Duration.ofSeconds(5);
    Duration firstToken = Duration.ofSeconds(30);
    Duration stall = Duration.ofSeconds(60);
    Duration total = Duration.ofMinutes(10);
    Duration heartbeat = Duration.ofSeconds(10);
    Duration requestHead = Duration.ofSeconds(10);
    Duration requestBody = Duration.ofSeconds(60);
    Duration writeStall = Duration.ofSeconds(30);
    Duration idleConnection = Duration.ofSeconds(60);
    Duration progress = Duration.ofMinutes(5);
    Duration firstByte = Duration.ofMinutes(5);
    Duration queue = Duration.ofSeconds(2);

    /// Nothing is kept, so that a test sees everything given back.
    Config.Prices prices = Config.Prices.USUAL;

    Duration keep = Duration.ZERO;

    int kept = 1000;
    int readers = 8;
    Duration pace = Duration.ZERO;
    OnDisconnect onDisconnect = OnDisconnect.CANCEL;
    Duration grace = Duration.ofSeconds(60);
    Duration drainTime = Duration.ofSeconds(30);
    int drainTokens = 4096;

    /// Streams are in memory alone.
    Config.@Nullable Disk disk;

    /// Streams are also in a folder. A busy machine is no slow disk.
    void disk(Path folder) {
        disk =
                new Config.Disk(
                        folder,
                        Config.Durability.PROCESS,
                        Duration.ofMinutes(10),
                        1L << 30,
                        Duration.ofSeconds(20));
    }

    void provider(String name, URI baseUrl) {
        providers.add(Provider.at(name, baseUrl));
    }

    void provider(String name, URI baseUrl, Protocol protocol, @Nullable Path trust) {
        providers.add(new Provider(name, baseUrl, null, null, protocol, trust, List.of()));
    }

    void provider(String name, URI baseUrl, String apiKey) {
        providers.add(
                new Provider(
                        name, baseUrl, new Secret(apiKey), null, Protocol.AUTO, null, List.of()));
    }

    /// A provider that may answer so many at once, while so many more wait.
    void limited(String name, URI baseUrl, int streams, int queue) {
        providers.add(
                new Provider(
                        name,
                        baseUrl,
                        null,
                        null,
                        Protocol.AUTO,
                        null,
                        List.of(),
                        streams,
                        queue,
                        KnownProviders.dialectOf(name),
                        null,
                        null,
                        null));
    }

    /// A provider whose name must not stand for an address in a private network.
    void onPublicName(String name, URI baseUrl) {
        providers.add(
                new Provider(
                        name,
                        baseUrl,
                        null,
                        null,
                        Protocol.AUTO,
                        null,
                        List.of(),
                        0,
                        16,
                        KnownProviders.dialectOf(name),
                        false,
                        null,
                        null));
    }

    /// A provider that speaks a dialect, by the dialect's name in the configuration.
    void speaking(String dialect, String name, URI baseUrl, @Nullable String apiKey) {
        ProviderDialect spoken =
                KnownProviders.DIALECTS.stream()
                        .filter(known -> known.name().equals(dialect))
                        .findFirst()
                        .orElseThrow();
        providers.add(
                new Provider(
                        name,
                        baseUrl,
                        apiKey == null ? null : new Secret(apiKey),
                        null,
                        Protocol.AUTO,
                        null,
                        List.of(),
                        0,
                        16,
                        spoken,
                        null,
                        null,
                        null));
    }

    /// A provider whose requests are signed with a credential of AWS.
    void signing(String dialect, String name, URI baseUrl, Config.Aws aws) {
        speaking(dialect, name, baseUrl, null);
        Provider plain = providers.removeLast();
        providers.add(
                new Provider(
                        plain.name(),
                        plain.baseUrl(),
                        null,
                        null,
                        plain.protocol(),
                        null,
                        List.of(),
                        0,
                        16,
                        plain.dialect(),
                        null,
                        aws,
                        null));
    }

    void proxied(String name, URI baseUrl, URI proxy, Protocol protocol) {
        providers.add(new Provider(name, baseUrl, null, proxy, protocol, null, List.of()));
    }

    /// @param deployments each a provider, a colon and the model's name there
    void model(String name, String... deployments) {
        var all = new ArrayList<Deployment>();
        for (String deployment : deployments) {
            int colon = deployment.indexOf(':');
            all.add(
                    new Deployment(
                            deployment.substring(0, colon), deployment.substring(colon + 1)));
        }
        models.add(new Model(name, List.copyOf(all)));
    }

    void price(String provider, String model, String input, String output) {
        var price =
                new Price(
                        Price.perMillion(input),
                        Price.perMillion(input),
                        Price.perMillion(input),
                        Price.perMillion(output),
                        Price.perMillion(output),
                        List.of());
        var facts = new ModelFacts(null, null, List.of(), price, false);
        prices = new Config.Prices(null, List.of(new PriceRule(provider, model, facts)));
    }

    void key(String name, String key) {
        keys.add(new CallerKey(name, CallerKeys.sha256(key)));
    }

    /// A key whose streams are not kept on disk.
    void keyNotStored(String name, String key) {
        keys.add(new CallerKey(name, CallerKeys.sha256(key), false));
    }

    Config config() {
        return new Config(
                new Server(
                        "127.0.0.1",
                        0,
                        false,
                        page,
                        cors,
                        tls,
                        Duration.ofSeconds(5),
                        eventLoops,
                        strict),
                List.copyOf(providers),
                List.copyOf(models),
                DEFAULT_MODEL,
                List.copyOf(keys),
                new Limits(
                        requestHeadBytes,
                        requestBodyBytes,
                        connections,
                        streams,
                        streamsPerKey,
                        sseLineBytes,
                        sseEventBytes,
                        answerBytes,
                        logBytes,
                        streamsPerAddress,
                        requestsPerMinute,
                        memoryBytes,
                        requestDepth,
                        requestValues,
                        requestMessages,
                        responseHeadBytes,
                        responseHeaders),
                new Http(
                        connectionsPerAddress,
                        requestLineBytes,
                        headers,
                        pipelinedRequests,
                        bodyRateBytes,
                        bodyInterval,
                        http2Streams,
                        http2Resets,
                        http2Frames),
                new Deadlines(
                        connect,
                        firstToken,
                        stall,
                        total,
                        heartbeat,
                        requestHead,
                        requestBody,
                        writeStall,
                        idleConnection,
                        progress,
                        firstByte,
                        queue),
                new Config.Streams(
                        keep,
                        kept,
                        readers,
                        pace,
                        onDisconnect,
                        onDisconnect,
                        grace,
                        drainTime,
                        drainTokens,
                        1 << 20,
                        disk),
                prices,
                new Log(Log.Format.TEXT, "info"));
    }
}
