package dev.firsttoken.gateway.upstream;

import dev.firsttoken.gateway.config.Config;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;

/// Signs requests as AWS wants them, with Signature Version 4. Any thread may use it; it hashes the
/// body, which is nothing for an event loop to wait for.
final class AwsSigner {

    private final AwsV4HttpSigner signer = AwsV4HttpSigner.create();
    private final AwsCredentialsIdentity identity;
    private final String service;
    private final String region;
    private final List<String> secrets;

    /// @param service the name that AWS has for it in signatures
    AwsSigner(Config.Aws aws, String service) {
        this.service = service;
        this.region = aws.region();
        String id = aws.accessKeyId();
        String secret = aws.secretAccessKey().reveal();
        String token = aws.sessionToken() == null ? null : aws.sessionToken().reveal();
        this.identity = identity(id, secret, token);
        this.secrets = token == null ? List.of(secret) : List.of(secret, token);
    }

    private static AwsCredentialsIdentity identity(
            String id, String secret, @Nullable String token) {
        return token == null
                ? AwsCredentialsIdentity.create(id, secret)
                : AwsSessionCredentialsIdentity.create(id, secret, token);
    }

    /// What must not be seen in what the provider says.
    List<String> secrets() {
        return secrets;
    }

    /// The headers that make a request ours, names in lower case.
    ///
    /// @param url with the path as it is sent
    /// @param body as it is sent, all of it
    /// @param clock what the time is; a signature holds for a few minutes
    Map<String, String> sign(
            String method, URI url, @Nullable String contentType, byte[] body, Clock clock) {
        SdkHttpRequest.Builder request =
                SdkHttpRequest.builder().method(SdkHttpMethod.fromValue(method)).uri(url);
        if (contentType != null) {
            request.putHeader("content-type", contentType);
        }
        SignedRequest signed =
                signer.sign(signing ->
                        signing.identity(identity)
                                .request(request.build())
                                .payload(ContentStreamProvider.fromByteArrayUnsafe(body))
                                .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, service)
                                .putProperty(AwsV4HttpSigner.REGION_NAME, region)
                                .putProperty(HttpSigner.SIGNING_CLOCK, clock));
        Map<String, String> headers = new TreeMap<>();
        signed.request()
                .forEachHeader((name, values) -> {
                    String lower = name.toLowerCase(Locale.ROOT);
                    if (lower.startsWith("x-amz-") || lower.equals("authorization")) {
                        headers.put(lower, String.join(",", values));
                    }
                });
        return headers;
    }
}
