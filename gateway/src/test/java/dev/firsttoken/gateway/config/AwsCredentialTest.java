package dev.firsttoken.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `providers[].aws`: what requests are signed with.
class AwsCredentialTest {

    private static final Map<String, String> ENVIRONMENT =
            Map.of("AWS_ACCESS_KEY_ID", "AKID", "AWS_SECRET_ACCESS_KEY", "hush");

    @TempDir private Path directory;
    private Reading reading;

    @BeforeEach
    void prepare() {
        reading = new Reading(directory);
    }

    private static String provider(String host, String rest) {
        return """
        providers:
          - name: bedrock
            base-url: https://%s
        %s
        """
                .formatted(host, rest.indent(4));
    }

    private static final String KEYS =
            """
            aws:
              access-key-id: ${AWS_ACCESS_KEY_ID}
              secret-access-key: ${AWS_SECRET_ACCESS_KEY}
            """;

    private Config.Aws aws(String yaml, Map<String, String> environment) {
        return reading.config(yaml, environment).providers().getFirst().aws();
    }

    @ParameterizedTest
    @CsvSource({
        "bedrock-runtime.eu-central-1.amazonaws.com, eu-central-1",
        "bedrock-runtime-fips.us-gov-west-1.amazonaws.com, us-gov-west-1",
        "bedrock-runtime.cn-north-1.amazonaws.com.cn, cn-north-1",
        "vpce-1a-2b.bedrock-runtime.ap-southeast-2.vpce.amazonaws.com, ap-southeast-2",
        "Bedrock-Runtime.US-East-1.amazonaws.com, us-east-1"
    })
    void theHostNamesTheRegion(String host, String region) {
        assertThat(aws(provider(host, KEYS), ENVIRONMENT))
                .isEqualTo(new Config.Aws(region, "AKID", new Secret("hush"), null));
    }

    @Test
    void theRegionThatIsWrittenCounts() {
        String yaml = provider("proxy.example.com", KEYS + "  region: eu-west-3\n");
        assertThat(aws(yaml, ENVIRONMENT).region()).isEqualTo("eu-west-3");
    }

    @Test
    void aSessionTokenMayBeThereOrNot() {
        String yaml =
                provider(
                        "bedrock-runtime.eu-central-1.amazonaws.com",
                        KEYS + "  session-token: ${AWS_SESSION_TOKEN:-none}\n");
        assertThat(aws(yaml, ENVIRONMENT).sessionToken()).isNull();
        Map<String, String> withToken =
                Map.of(
                        "AWS_ACCESS_KEY_ID", "AKID",
                        "AWS_SECRET_ACCESS_KEY", "hush",
                        "AWS_SESSION_TOKEN", "tok");
        assertThat(aws(yaml, withToken).sessionToken()).isEqualTo(new Secret("tok"));
    }

    @Test
    void nothingOfItIsShown() {
        ConfigReading read =
                reading.of(
                        provider("bedrock-runtime.eu-central-1.amazonaws.com", KEYS), ENVIRONMENT);
        Config config = Reading.accepted(read).config();
        assertThat(config.toString()).doesNotContain("hush");
        assertThat(Reading.accepted(read).explanation()).doesNotContain("hush", "AKID");
    }

    @Test
    void noRegionIsAnError() {
        assertThat(reading.problems(provider("proxy.example.com", KEYS), ENVIRONMENT))
                .containsExactly(
                        "ft.yaml:5:7: error: providers[0].aws: no region (expected: region, because"
                                + " the host in https://proxy.example.com does not name one)");
    }

    @Test
    void halfACredentialIsAnError() {
        String half = "aws:\n  access-key-id: ${AWS_ACCESS_KEY_ID}\n";
        assertThat(
                        reading.problems(
                                provider("bedrock-runtime.eu-central-1.amazonaws.com", half),
                                ENVIRONMENT))
                .containsExactly(
                        "ft.yaml:5:7: error: providers[0].aws.secret-access-key: missing (expected:"
                                + " visible ASCII characters without spaces or line breaks, at least"
                                + " one)");
    }

    @Test
    void aKeyBesideItIsAnError() {
        assertThat(
                        reading.problems(
                                provider(
                                        "bedrock-runtime.eu-central-1.amazonaws.com",
                                        KEYS + "api-key: ${AWS_ACCESS_KEY_ID}\n"),
                                ENVIRONMENT))
                .containsExactly(
                        "ft.yaml:7:14: error: providers[0].api-key: beside aws (expected: one of the"
                                + " two)");
    }

    @Test
    void anotherDialectIsNotSigned() {
        assertThat(
                        reading.problems(
                                provider(
                                        "bedrock-runtime.eu-central-1.amazonaws.com",
                                        KEYS + "dialect: openai\n"),
                                ENVIRONMENT))
                .containsExactly(
                        "ft.yaml:5:7: error: providers[0].aws: requests in the dialect openai are"
                                + " not signed (expected: api-key, or another dialect)");
    }
}
