package dev.firsttoken.gateway.upstream;

import dev.firsttoken.gateway.config.Config;
import dev.firsttoken.gateway.config.Config.Protocol;
import dev.firsttoken.gateway.config.Config.Provider;
import dev.firsttoken.gateway.config.Secret;
import dev.firsttoken.gateway.provider.ProviderDialect;
import dev.firsttoken.wire.dialect.WrittenRequest;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// A provider as something that can be called: its address, its credential, its TLS settings.
///
/// Two endpoints made from equal settings are not the same: connections are pooled per endpoint, so
/// a reload that changes a provider never reuses a connection made for the old one.
public final class Endpoint {

    private final Origin origin;
    private final String basePath;
    private final @Nullable Secret apiKey;
    private final ProviderDialect dialect;
    private final @Nullable AwsSigner signer;
    private final @Nullable String apiVersion;

    private Endpoint(
            Origin origin,
            String basePath,
            @Nullable Secret apiKey,
            ProviderDialect dialect,
            @Nullable AwsSigner signer,
            @Nullable String apiVersion) {
        this.origin = origin;
        this.basePath = basePath;
        this.apiKey = apiKey;
        this.dialect = dialect;
        this.signer = signer;
        this.apiVersion = apiVersion;
    }

    /// @throws IOException when the trusted certificates cannot be read
    public static Endpoint of(Provider provider) throws IOException {
        URI url = provider.baseUrl();
        boolean secure = "https".equals(url.getScheme());
        SslContext tls = secure ? tls(provider.protocol(), provider.trust()) : null;
        int port = url.getPort() >= 0 ? url.getPort() : secure ? 443 : 80;
        String path = url.getRawPath() == null ? "" : url.getRawPath();
        String basePath = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        String host = bareHost(url);
        Boolean privateToo = provider.privateAddresses();
        var origin =
                new Origin(
                        host,
                        port,
                        tls,
                        address(provider.proxy()),
                        provider.protocol(),
                        privateToo == null ? AddressPolicy.isOfPrivateNetwork(host) : privateToo);
        Config.Aws aws = provider.aws();
        AwsSigner signer = aws == null ? null : new AwsSigner(aws, provider.dialect().signedFor());
        return new Endpoint(
                origin,
                basePath,
                provider.apiKey(),
                provider.dialect(),
                signer,
                provider.apiVersion());
    }

    private static String bareHost(URI url) {
        String host = url.getHost();
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    private static @Nullable InetSocketAddress address(@Nullable URI proxy) {
        if (proxy == null) {
            return null;
        }
        return new InetSocketAddress(bareHost(proxy), proxy.getPort() >= 0 ? proxy.getPort() : 80);
    }

    private static SslContext tls(Protocol protocol, @Nullable Path trust) throws IOException {
        String[] names =
                switch (protocol) {
                    case AUTO ->
                            new String[] {
                                ApplicationProtocolNames.HTTP_2, ApplicationProtocolNames.HTTP_1_1
                            };
                    case HTTP_1 -> new String[] {ApplicationProtocolNames.HTTP_1_1};
                    case HTTP_2 -> new String[] {ApplicationProtocolNames.HTTP_2};
                };
        SslContextBuilder builder =
                SslContextBuilder.forClient()
                        .applicationProtocolConfig(
                                new ApplicationProtocolConfig(
                                        ApplicationProtocolConfig.Protocol.ALPN,
                                        ApplicationProtocolConfig.SelectorFailureBehavior
                                                .NO_ADVERTISE,
                                        ApplicationProtocolConfig.SelectedListenerFailureBehavior
                                                .ACCEPT,
                                        names));
        if (trust != null) {
            builder.trustManager(trust.toFile());
        }
        try {
            return builder.build();
        } catch (SSLException | IllegalArgumentException e) {
            throw new IOException(
                    "cannot use the trusted certificates in " + trust + ": " + e.getMessage(), e);
        }
    }

    Origin origin() {
        return origin;
    }

    /// The path to request, such as `/v1/chat/completions`, for a path of the dialect.
    String path(String dialectPath) {
        return dialect.path(basePath, dialectPath);
    }

    /// What the provider speaks.
    public ProviderDialect dialect() {
        return dialect;
    }

    /// A request as this provider wants it.
    ///
    /// @param plain as its dialect says
    /// @param model the provider's own name for it
    public WrittenRequest spoken(WrittenRequest plain, String model) {
        return dialect.accent().spoken(plain, model, apiVersion);
    }

    /// Shows the provider our credential, if it wants one.
    void authorize(HttpHeaders headers) {
        if (apiKey != null) {
            headers.set(dialect.key().name(), dialect.key().scheme() + apiKey.reveal());
        }
    }

    /// Whether requests have to be [signed][#signed] before they are sent.
    boolean signs() {
        return signer != null;
    }

    /// The same request with a signature over everything that is sent. Takes time in proportion to
    /// the body.
    UpstreamRequest signed(UpstreamRequest request) {
        if (signer == null) {
            return request;
        }
        String scheme = origin.tls() == null ? "http://" : "https://";
        URI url = URI.create(scheme + origin.authority() + path(request.path()));
        return request.with(
                signer.sign(
                        request.method(),
                        url,
                        request.contentType(),
                        request.body(),
                        Clock.systemUTC()));
    }

    /// Takes our credential out of a text that the provider wrote.
    public String withoutSecret(String text) {
        String clean = text;
        for (String secret : secrets()) {
            clean = secret.isEmpty() ? clean : clean.replace(secret, "***");
        }
        return clean;
    }

    private List<String> secrets() {
        if (signer != null) {
            return signer.secrets();
        }
        return apiKey == null ? List.of() : List.of(apiKey.reveal());
    }
}
