package dev.firsttoken.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// On the tests' class path a small page stands before the one that npm builds, so that these need
/// no Node.
class PageTest {

    private static final String SCRIPT = "/assets/app-Ab_1.js";
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private Stage stage;

    @BeforeEach
    void start() throws IOException {
        stage = Stage.start(settings -> settings.key("team", "secret"));
    }

    @AfterEach
    void stop() {
        stage.close();
    }

    private HttpResponse<byte[]> send(String method, String path, String... headers)
            throws Exception {
        var request = stage.request(path).method(method, BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return CLIENT.send(request.build(), BodyHandlers.ofByteArray());
    }

    private HttpResponse<byte[]> get(String path, String... headers) throws Exception {
        return send("GET", path, headers);
    }

    private static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    @Test
    void documentIsCheckedEachTimeAndMayDoLittle() throws Exception {
        var response = get("/");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(new String(response.body(), UTF_8)).contains("<title>Sample</title>");
        assertThat(header(response, "content-type")).isEqualTo("text/html; charset=utf-8");
        assertThat(header(response, "cache-control")).isEqualTo("no-cache");
        assertThat(header(response, "x-content-type-options")).isEqualTo("nosniff");
        assertThat(header(response, "content-security-policy"))
                .contains("default-src 'none'", "script-src 'self'", "worker-src 'self'")
                .contains("connect-src 'self'")
                .contains("frame-ancestors 'none'", "require-trusted-types-for 'script'")
                .doesNotContain("unsafe", "http:", "https:", "*");
    }

    @Test
    void assetIsKeptForAYear() throws Exception {
        var response = get(SCRIPT);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(new String(response.body(), UTF_8)).isEqualTo("console.log(\"sample\");\n");
        assertThat(header(response, "content-type")).startsWith("text/javascript");
        assertThat(header(response, "cache-control"))
                .isEqualTo("public, max-age=31536000, immutable");
        assertThat(header(response, "vary")).isEqualTo("accept-encoding");
    }

    @Test
    void assetMayHaveAnyNameThatTheBuildGivesIt() throws Exception {
        var response = get("/assets/colour.worker-Ab-1_.js");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(header(response, "content-type")).startsWith("text/javascript");
        assertThat(header(response, "content-security-policy")).contains("script-src 'self'");
    }

    @Test
    void smallestCodingThatTheClientTakesIsSent() throws Exception {
        assertThat(header(get(SCRIPT, "accept-encoding", "gzip, br"), "content-encoding"))
                .isEqualTo("br");
        assertThat(header(get(SCRIPT, "accept-encoding", "gzip, br;q=0"), "content-encoding"))
                .isEqualTo("gzip");
        assertThat(header(get(SCRIPT, "accept-encoding", "identity, *"), "content-encoding"))
                .isEmpty();
        assertThat(
                        header(
                                get("/assets/only-plain.css", "accept-encoding", "br"),
                                "content-encoding"))
                .isEmpty();

        var gzip = get(SCRIPT, "accept-encoding", "GZIP;q=0.5");
        try (var plain = new GZIPInputStream(new ByteArrayInputStream(gzip.body()))) {
            assertThat(new String(plain.readAllBytes(), UTF_8))
                    .isEqualTo("console.log(\"sample\");\n");
        }
    }

    @Test
    void whatTheClientHasIsNotSentAgain() throws Exception {
        String etag = header(get(SCRIPT), "etag");
        assertThat(etag).matches("\"[0-9a-f]{24}\"");

        var again = get(SCRIPT, "if-none-match", "\"other\", W/" + etag);
        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
        assertThat(header(again, "content-length")).isIn("", "23");

        var otherCoding = get(SCRIPT, "if-none-match", etag, "accept-encoding", "br");
        assertThat(otherCoding.statusCode()).isEqualTo(200);
    }

    @Test
    void headTellsTheLengthAlone() throws Exception {
        var response = send("HEAD", SCRIPT);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(header(response, "content-length")).isEqualTo("23");
        assertThat(response.body()).isEmpty();
    }

    @Test
    void nothingElseIsServed() throws Exception {
        assertThat(get("/assets/missing-1.js").statusCode()).isEqualTo(404);
        assertThat(get("/assets/..%2findex.html").statusCode()).isEqualTo(404);
        assertThat(get("/assets/../index.html").statusCode()).isEqualTo(404);
        assertThat(get("/assets/").statusCode()).isEqualTo(404);
        assertThat(get("/assets/" + "a-".repeat(4000)).statusCode()).isEqualTo(404);
    }

    @Test
    void pageIsForAnybodyAlsoWhereThereAreKeys() throws Exception {
        assertThat(get("/").statusCode()).isEqualTo(200);
        assertThat(get("/v1/models").statusCode()).isEqualTo(401);
    }

    @Test
    void pageCanBeSwitchedOff() throws Exception {
        stage.close();
        stage = Stage.start(settings -> settings.page = false);

        assertThat(get("/").statusCode()).isEqualTo(404);
        assertThat(header(get("/"), "content-type")).isEqualTo("application/json");
        assertThat(get(SCRIPT).statusCode()).isEqualTo(404);
    }
}
