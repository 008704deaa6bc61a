package dev.firsttoken.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.firsttoken.gateway.config.Config;
import dev.firsttoken.gateway.config.Secret;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Requests that are signed for AWS, as the provider gets them. The signature is computed once more
/// here, from AWS's description of Signature Version 4.
class SignedRequestsTest {

    private static final String SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    private static final String TOKEN = "AQoDYXdzEPT//////////wEXAMPLE=";
    private static final String MODEL = "eu.anthropic.claude-x-v2:0";
    private static final String MODEL_IN_PATH = "eu.anthropic.claude-x-v2%3A0";
    private static final String ANSWER =
            "{\"output\":{\"message\":{\"role\":\"assistant\",\"content\":[{\"text\":\"Hello\"}]}},"
                    + "\"stopReason\":\"end_turn\",\"usage\":{\"inputTokens\":1,\"outputTokens\":1,"
                    + "\"totalTokens\":2},\"metrics\":{\"latencyMs\":1}}";

    private static final Pattern AUTHORIZATION =
            Pattern.compile(
                    "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/(?<day>[0-9]{8})/eu-central-1/bedrock/aws4_request,"
                            + " ?SignedHeaders=(?<headers>[a-z0-9;-]+), ?Signature=(?<signature>[0-9a-f]{64})");

    private NativeProvider provider;
    private Stage stage;

    @BeforeEach
    void start() throws Exception {
        provider = new NativeProvider();
    }

    @AfterEach
    void stop() {
        stage.close();
        provider.close();
    }

    private void stageWith(Secret token) throws Exception {
        var aws = new Config.Aws("eu-central-1", "AKIDEXAMPLE", new Secret(SECRET), token);
        stage =
                Stage.start(
                        settings -> settings.signing("bedrock", "house", provider.url(""), aws));
    }

    private HttpResponse<String> ask(String question, boolean stream) throws Exception {
        return stage.send(
                stage.post(
                        "/v1/chat/completions",
                        "{\"model\":\"%s\",\"stream\":%s,\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}"
                                .formatted("house/" + MODEL, stream, question)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Hi", "Grüezi 🌍 + % / ~", ""})
    void theSignatureIsOverWhatIsSent(String question) throws Exception {
        stageWith(null);
        provider.answer(MODEL_IN_PATH, 200, "application/json", ANSWER);
        HttpResponse<String> response = ask(question, false);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(response.body()).contains("Hello");
        NativeProvider.Asked asked = provider.last();
        assertThat(asked.path()).isEqualTo("/model/" + MODEL_IN_PATH + "/converse");
        assertThat(asked.headers()).doesNotContainKey("x-amz-security-token");
        check(asked);
    }

    @Test
    void aBodyOfMegabytesToo() throws Exception {
        stageWith(null);
        provider.answer(MODEL_IN_PATH, 200, "application/json", ANSWER);
        assertThat(ask("x".repeat(900_000), false).statusCode()).isEqualTo(200);
        assertThat(provider.last().body()).hasSizeGreaterThan(900_000);
        check(provider.last());
    }

    @Test
    void aSessionTokenIsSignedToo() throws Exception {
        stageWith(new Secret(TOKEN));
        provider.answer(MODEL_IN_PATH, 200, "application/json", ANSWER);
        assertThat(ask("Hi", false).statusCode()).isEqualTo(200);
        NativeProvider.Asked asked = provider.last();
        assertThat(asked.headers()).containsEntry("x-amz-security-token", TOKEN);
        assertThat(check(asked)).contains("x-amz-security-token");
    }

    @Test
    void streamsAreSignedToo() throws Exception {
        stageWith(null);
        provider.answer(MODEL_IN_PATH, 200, "application/vnd.amazon.eventstream", "");
        ask("Hi", true);
        assertThat(provider.last().path())
                .isEqualTo("/model/" + MODEL_IN_PATH + "/converse-stream");
        check(provider.last());
    }

    /// AWS says in detail what it would have signed.
    @Test
    void whatAProviderSaysOfItIsShownWithoutSecrets() throws Exception {
        stageWith(new Secret(TOKEN));
        provider.answer(
                MODEL_IN_PATH,
                400,
                "application/json",
                "{\"message\":\"The canonical string was x-amz-security-token:%s and not %s\"}"
                        .formatted(TOKEN, SECRET));
        HttpResponse<String> response = ask("Hi", false);
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body())
                .contains("The canonical string was")
                .doesNotContain(TOKEN, SECRET);
    }

    /// @return the names of the signed headers
    private static List<String> check(NativeProvider.Asked asked) throws Exception {
        Map<String, String> headers = asked.headers();
        Matcher said = AUTHORIZATION.matcher(headers.get("authorization"));
        assertThat(said.matches()).as(headers.get("authorization")).isTrue();
        String time = headers.get("x-amz-date");
        assertThat(time).startsWith(said.group("day")).matches("[0-9]{8}T[0-9]{6}Z");
        List<String> signed = List.of(said.group("headers").split(";"));
        assertThat(signed).contains("content-type", "host", "x-amz-date").isSorted();

        var canonical = new TreeMap<String, String>();
        signed.forEach(name -> canonical.put(name, headers.get(name).strip()));
        String request =
                String.join(
                        "\n",
                        asked.method(),
                        canonicalPath(asked.path()),
                        "",
                        canonical.entrySet().stream()
                                .map(header -> header.getKey() + ":" + header.getValue() + "\n")
                                .collect(Collectors.joining()),
                        said.group("headers"),
                        sha256(asked.body()));
        String scope = said.group("day") + "/eu-central-1/bedrock/aws4_request";
        String toSign = String.join("\n", "AWS4-HMAC-SHA256", time, scope, sha256(request));
        byte[] key = ("AWS4" + SECRET).getBytes(UTF_8);
        for (String part : scope.split("/")) {
            key = hmac(key, part);
        }
        assertThat(said.group("signature")).isEqualTo(HexFormat.of().formatHex(hmac(key, toSign)));
        return signed;
    }

    /// What is escaped in a path is escaped once more.
    private static String canonicalPath(String path) {
        return Arrays.stream(path.split("/", -1))
                .map(segment -> URLEncoder.encode(segment, UTF_8).replace("+", "%20"))
                .collect(Collectors.joining("/"));
    }

    private static String sha256(String text) throws Exception {
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
        return HexFormat.of().formatHex(hash);
    }

    private static byte[] hmac(byte[] key, String text) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(text.getBytes(UTF_8));
    }
}
