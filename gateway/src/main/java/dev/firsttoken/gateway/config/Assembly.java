package dev.firsttoken.gateway.config;

import dev.firsttoken.gateway.pricing.ModelFacts;
import dev.firsttoken.gateway.pricing.Price;
import dev.firsttoken.gateway.pricing.PriceList;
import dev.firsttoken.gateway.pricing.PriceRule;
import dev.firsttoken.gateway.provider.KnownProviders;
import dev.firsttoken.gateway.provider.ProviderDialect;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Turns checked values into the [Config] they stand for.
final class Assembly {

    private final Path directory;

    private Assembly(Path directory) {
        this.directory = directory;
    }

    /// @param directory what relative paths are relative to
    static Config config(Values root, Path directory) {
        Assembly assembly = new Assembly(directory);
        return new Config(
                assembly.server(root.get(Keys.SERVER)),
                each(root.get(Keys.PROVIDERS), assembly::provider),
                each(root.get(Keys.MODELS), Assembly::model),
                root.get(Keys.DEFAULT_MODEL),
                each(root.get(Keys.CALLER_KEYS), Assembly::callerKey),
                limits(root.get(Keys.LIMITS)),
                http(root.get(Keys.HTTP)),
                deadlines(root.get(Keys.DEADLINES)),
                assembly.streams(root.get(Keys.STREAMS_SECTION)),
                assembly.prices(root),
                log(root.get(Keys.LOG)));
    }

    private Config.Server server(Values values) {
        Values tls = values.orNull(Keys.TLS);
        return new Config.Server(
                values.get(Keys.HOST),
                values.get(Keys.PORT),
                values.get(Keys.OPEN),
                values.get(Keys.PAGE),
                each(values.get(Keys.CORS), origin -> origin),
                tls == null
                        ? null
                        : new Config.Tls(
                                resolve(tls.get(Keys.CERTIFICATE)), resolve(tls.get(Keys.KEY))),
                values.get(Keys.DRAIN),
                values.get(Keys.EVENT_LOOPS),
                values.get(Keys.STRICT));
    }

    private Config.Provider provider(Values values) {
        Path trust = values.orNull(Keys.TRUST);
        String name = values.get(Keys.PROVIDER_NAME);
        ProviderDialect dialect = values.orNull(Keys.DIALECT);
        return new Config.Provider(
                name,
                values.get(Keys.BASE_URL),
                values.orNull(Keys.API_KEY),
                unwrap(values.find(Keys.PROXY)),
                values.get(Keys.PROTOCOL),
                trust == null ? null : resolve(trust),
                each(values.get(Keys.PROVIDER_MODELS), model -> model),
                values.get(Keys.PROVIDER_STREAMS),
                values.get(Keys.PROVIDER_QUEUE),
                dialect == null ? KnownProviders.dialectOf(name) : dialect,
                values.orNull(Keys.PRIVATE_ADDRESSES),
                aws(values.orNull(Keys.AWS), values.get(Keys.BASE_URL)),
                values.orNull(Keys.API_VERSION));
    }

    private static Config.@Nullable Aws aws(@Nullable Values aws, URI url) {
        if (aws == null) {
            return null;
        }
        String region = aws.orNull(Keys.AWS_REGION);
        String told = region == null ? Hosts.awsRegion(url.getHost()) : region;
        if (told == null) {
            throw new IllegalStateException("region: none (expected: checked before)");
        }
        return new Config.Aws(
                told,
                aws.get(Keys.AWS_ACCESS_KEY_ID).reveal(),
                aws.get(Keys.AWS_SECRET_ACCESS_KEY),
                unwrap(aws.find(Keys.AWS_SESSION_TOKEN)));
    }

    private static Config.Model model(Values values) {
        return new Config.Model(
                values.get(Keys.MODEL_NAME),
                each(values.get(Keys.DEPLOYMENTS), Assembly::deployment));
    }

    private static Config.Deployment deployment(Values values) {
        return new Config.Deployment(
                values.get(Keys.DEPLOYMENT_PROVIDER), values.get(Keys.DEPLOYMENT_MODEL));
    }

    private static Config.CallerKey callerKey(Values values) {
        return new Config.CallerKey(
                values.get(Keys.CALLER_NAME), values.get(Keys.SHA256), values.get(Keys.STORE));
    }

    private static Config.Limits limits(Values values) {
        return new Config.Limits(
                values.get(Keys.REQUEST_HEAD),
                values.get(Keys.REQUEST_BODY),
                values.get(Keys.CONNECTIONS),
                values.get(Keys.STREAMS),
                values.get(Keys.STREAMS_PER_KEY),
                values.get(Keys.SSE_LINE),
                values.get(Keys.SSE_EVENT),
                values.get(Keys.ANSWER),
                values.get(Keys.LOG_BYTES),
                values.get(Keys.STREAMS_PER_ADDRESS),
                values.get(Keys.REQUESTS_PER_MINUTE),
                values.get(Keys.MEMORY),
                values.get(Keys.REQUEST_DEPTH),
                values.get(Keys.REQUEST_VALUES),
                values.get(Keys.REQUEST_MESSAGES),
                values.get(Keys.RESPONSE_HEAD),
                values.get(Keys.RESPONSE_HEADERS));
    }

    private static Config.Http http(Values values) {
        return new Config.Http(
                values.get(Keys.CONNECTIONS_PER_ADDRESS),
                values.get(Keys.REQUEST_LINE),
                values.get(Keys.HEADERS),
                values.get(Keys.PIPELINED_REQUESTS),
                values.get(Keys.BODY_RATE),
                values.get(Keys.BODY_INTERVAL),
                values.get(Keys.HTTP2_STREAMS),
                values.get(Keys.HTTP2_RESETS),
                values.get(Keys.HTTP2_FRAMES));
    }

    private static Config.Deadlines deadlines(Values values) {
        return new Config.Deadlines(
                values.get(Keys.CONNECT),
                values.get(Keys.FIRST_TOKEN),
                values.get(Keys.STALL),
                values.get(Keys.TOTAL),
                values.get(Keys.HEARTBEAT),
                values.get(Keys.HEAD_DEADLINE),
                values.get(Keys.BODY_DEADLINE),
                values.get(Keys.WRITE_STALL),
                values.get(Keys.IDLE_CONNECTION),
                values.get(Keys.PROGRESS),
                values.get(Keys.FIRST_BYTE),
                values.get(Keys.QUEUE));
    }

    private Config.Streams streams(Values values) {
        return new Config.Streams(
                values.get(Keys.KEEP),
                values.get(Keys.KEPT),
                values.get(Keys.READERS),
                values.get(Keys.PACE),
                values.get(Keys.CHAT_STREAM_DISCONNECT),
                values.get(Keys.V1_DISCONNECT),
                values.get(Keys.GRACE),
                values.get(Keys.DRAIN_TIME),
                values.get(Keys.DRAIN_TOKENS),
                values.get(Keys.DRAIN_BYTES),
                disk(values));
    }

    private Config.@Nullable Disk disk(Values values) {
        Path folder = values.orNull(Keys.DATA);
        Config.Durability durability = values.orNull(Keys.DURABILITY);
        if (folder == null || durability == Config.Durability.MEMORY) {
            return null;
        }
        return new Config.Disk(
                resolve(folder),
                durability == null ? Config.Durability.PROCESS : durability,
                values.get(Keys.DISK_KEEP),
                values.get(Keys.DISK_BYTES),
                values.get(Keys.DISK_WAIT));
    }

    private Config.Prices prices(Values root) {
        Values values = root.get(Keys.PRICES);
        Path file = values.orNull(Keys.PRICE_FILE);
        Path data = root.get(Keys.STREAMS_SECTION).orNull(Keys.DATA);
        Path kept = data == null ? null : resolve(data).resolve(PriceList.FILE);
        return new Config.Prices(
                file != null
                        ? resolve(file)
                        : kept != null && Files.isRegularFile(kept) ? kept : null,
                each(values.get(Keys.PRICED_MODELS), Assembly::priceRule));
    }

    private static PriceRule priceRule(Values values) {
        long input = values.get(Keys.INPUT_PRICE);
        long output = values.get(Keys.OUTPUT_PRICE);
        var price =
                new Price(
                        input,
                        orElse(values.orNull(Keys.CACHED_INPUT_PRICE), input),
                        orElse(values.orNull(Keys.CACHE_WRITE_PRICE), input),
                        output,
                        orElse(values.orNull(Keys.REASONING_PRICE), output),
                        List.of());
        Integer context = values.orNull(Keys.CONTEXT);
        Integer maxOutput = values.orNull(Keys.MAX_OUTPUT);
        return new PriceRule(
                values.get(Keys.PRICED_PROVIDER),
                values.get(Keys.PRICED_MODEL),
                new ModelFacts(
                        context == null ? null : Long.valueOf(context),
                        maxOutput == null ? null : Long.valueOf(maxOutput),
                        values.get(Keys.INPUTS).stream().map(Bound::value).toList(),
                        price,
                        false));
    }

    private static long orElse(@Nullable Long value, long other) {
        return value == null ? other : value;
    }

    private static Config.Log log(Values values) {
        return new Config.Log(values.get(Keys.LOG_FORMAT), values.get(Keys.LOG_LEVEL));
    }

    private Path resolve(Path path) {
        return directory.resolve(path);
    }

    private static <T> @Nullable T unwrap(@Nullable Bound<Optional<T>> bound) {
        return bound == null ? null : bound.value().orElse(null);
    }

    private static <T, R> List<R> each(List<Bound<T>> items, Function<T, R> make) {
        return items.stream().map(item -> make.apply(item.value())).toList();
    }
}
