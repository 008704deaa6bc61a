package dev.firsttoken.gateway;

import dev.firsttoken.gateway.config.CallerKeys;
import dev.firsttoken.gateway.config.Config;
import dev.firsttoken.gateway.config.Config.CallerKey;
import dev.firsttoken.gateway.config.Config.Deadlines;
import dev.firsttoken.gateway.config.Config.Deployment;
import dev.firsttoken.gateway.config.Config.Limits;
import dev.firsttoken.gateway.config.Config.Log;
import dev.firsttoken.gateway.config.Config.Model;
import dev.firsttoken.gateway.config.Config.OnDisconnect;
import dev.firsttoken.gateway.config.Config.Protocol;
import dev.firsttoken.gateway.config.Config.Provider;
import dev.firsttoken.gateway.config.Config.Server;
import dev.firsttoken.gateway.config.Config.Tls;
import dev.firsttoken.gateway.config.Secret;
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

    int requestHeadBytes = 32 * 1024;
    int requestBodyBytes = 1 << 20;
    int connections = 1000;
    int streams = 1000;
    int streamsPerKey = 1000;
    int sseLineBytes = 1 << 20;
    int sseEventBytes = 1 << 20;
    long answerBytes = 64L << 20;
    long logBytes = 64L << 20;

    Duration connect = Duration.ofSeconds(5);
    Duration firstToken = Duration.ofSeconds(30);
    Duration stall = Duration.ofSeconds(60);
    Duration total = Duration.ofMinutes(10);
    Duration heartbeat = Duration.ofSeconds(10);
    Duration requestHead = Duration.ofSeconds(10);
    Duration requestBody = Duration.ofSeconds(60);
    Duration writeStall = Duration.ofSeconds(30);
    Duration idleConnection = Duration.ofSeconds(60);

    /// Nothing is kept, so that a test sees everything given back.
    Duration keep = Duration.ZERO;

    int kept = 1000;
    int readers = 8;
    OnDisconnect onDisconnect = OnDisconnect.CANCEL;
    Duration grace = Duration.ofSeconds(60);
    Duration drainTime = Duration.ofSeconds(30);
    int drainTokens = 4096;

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

    void key(String name, String key) {
        keys.add(new CallerKey(name, CallerKeys.sha256(key)));
    }

    Config config() {
        return new Config(
                new Server("127.0.0.1", 0, false, page, tls, Duration.ofSeconds(5), eventLoops),
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
                        logBytes),
                new Deadlines(
                        connect,
                        firstToken,
                        stall,
                        total,
                        heartbeat,
                        requestHead,
                        requestBody,
                        writeStall,
                        idleConnection),
                new Config.Streams(
                        keep,
                        kept,
                        readers,
                        onDisconnect,
                        onDisconnect,
                        grace,
                        drainTime,
                        drainTokens,
                        1 << 20),
                new Log(Log.Format.TEXT, "info"));
    }
}
