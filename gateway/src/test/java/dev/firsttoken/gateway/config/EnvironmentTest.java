package dev.firsttoken.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firsttoken.gateway.provider.KnownProviders;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnvironmentTest {

    private static ConfigReading read(String... namesAndValues) {
        Map<String, String> environment = new TreeMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            environment.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return ConfigSource.environment(environment).read();
    }

    private static Config config(String... namesAndValues) {
        return Reading.accepted(read(namesAndValues)).config();
    }

    private static List<String> problems(String... namesAndValues) {
        return read(namesAndValues).problems().stream().map(Problem::toString).toList();
    }

    @Test
    void nothingAtAllIsAConfigurationWithoutProviders() {
        assertThat(config().providers()).isEmpty();
        assertThat(config().server().host()).isEqualTo("127.0.0.1");
        assertThat(config().defaultModel()).isEqualTo("claude-sonnet-4-20250514");
    }

    @Test
    void aKeyIsAProvider() {
        assertThat(config("OPENAI_API_KEY", "sk-1").providers())
                .containsExactly(provider("openai", "https://api.openai.com/v1", "sk-1"));
    }

    @Test
    void anAddressAloneIsAProviderWithoutKey() {
        assertThat(config("OPENAI_BASE_URL", "http://localhost:11434/v1/").providers())
                .containsExactly(
                        Config.Provider.at("openai", URI.create("http://localhost:11434/v1")));
    }

    @Test
    void theOrderIsOursAndAnEmptyVariableIsNone() {
        assertThat(
                        config(
                                        "GROQ_API_KEY", "g",
                                        "IZZI_API_KEY", "i",
                                        "IZZI_BASE_URL", "https://eu.izziapi.com/v1",
                                        "MISTRAL_API_KEY", "",
                                        "OPENAI_API_KEY", "o")
                                .providers())
                .containsExactly(
                        provider("openai", "https://api.openai.com/v1", "o"),
                        provider("izzi", "https://eu.izziapi.com/v1", "i"),
                        provider("groq", "https://api.groq.com/openai/v1", "g"));
    }

    @Test
    void everyKnownProviderIsUsable() {
        for (KnownProviders.KnownProvider known : KnownProviders.ALL) {
            assertThat(config(known.keyVariable(), "k").providers())
                    .containsExactly(provider(known.name(), known.baseUrl(), "k"));
        }
    }

    @Test
    void ourOwnVariablesStandForKeysOfTheFile() {
        Config config =
                config(
                        "FIRSTTOKEN_LISTEN", "0.0.0.0:9000",
                        "FIRSTTOKEN_API_KEYS", "first-key-of-a-caller, second-key-of-a-caller",
                        "FIRSTTOKEN_DEFAULT_MODEL", "m",
                        "FIRSTTOKEN_LOG_FORMAT", "json",
                        "FIRSTTOKEN_LOG_LEVEL", "warn");

        assertThat(config.server().host()).isEqualTo("0.0.0.0");
        assertThat(config.server().port()).isEqualTo(9000);
        assertThat(config.keys())
                .containsExactly(
                        new Config.CallerKey("key-1", CallerKeys.sha256("first-key-of-a-caller")),
                        new Config.CallerKey("key-2", CallerKeys.sha256("second-key-of-a-caller")));
        assertThat(config.defaultModel()).isEqualTo("m");
        assertThat(config.log()).isEqualTo(new Config.Log(Config.Log.Format.JSON, "warn"));
        assertThat(config("FIRSTTOKEN_DATA", "/var/lib/ft").streams().disk()).isNotNull();
        assertThat(config("FIRSTTOKEN_LISTEN", "[::1]:0").server().host()).isEqualTo("::1");
        assertThat(config("FIRSTTOKEN_LISTEN", "localhost:1").server().port()).isEqualTo(1);
    }

    @Test
    void warnsOfADefaultModelThatTheProvidersDoNotKnow() {
        assertThat(problems("OPENAI_API_KEY", "k", "GROQ_API_KEY", "k"))
                .containsExactly(
                        "default: warning: default-model: claude-sonnet-4-20250514 (expected:"
                                + " FIRSTTOKEN_DEFAULT_MODEL to name a model of openai, groq, for"
                                + " requests that name none)");
        assertThat(problems("OPENAI_API_KEY", "k", "FIRSTTOKEN_DEFAULT_MODEL", "m")).isEmpty();
        assertThat(problems("OPENAI_API_KEY", "k", "OPENAI_BASE_URL", "https://x")).isEmpty();
        assertThat(problems("OPENAI_API_KEY", "k", "IZZI_API_KEY", "k")).isEmpty();
        assertThat(problems()).isEmpty();
    }

    @Test
    void errorsNameTheVariable() {
        assertThat(problems("OPENAI_BASE_URL", "localhost:80"))
                .containsExactly(
                        "OPENAI_BASE_URL: error: providers[0].base-url: localhost:80 (expected: an"
                                + " http or https URL without user, query or fragment, such as"
                                + " https://api.openai.com/v1)");
        assertThat(problems("IZZI_API_KEY", "sk canary"))
                .containsExactly(
                        "IZZI_API_KEY: error: providers[0].api-key: *** (expected: visible ASCII"
                                + " characters without spaces or line breaks, at least one)");
        assertThat(problems("FIRSTTOKEN_LISTEN", "8080"))
                .containsExactly(
                        "FIRSTTOKEN_LISTEN: error: 8080 (expected: host:port, such as 0.0.0.0:8080"
                                + " or [::1]:8080)");
        assertThat(problems("FIRSTTOKEN_API_KEYS", "canary"))
                .containsExactly(
                        "FIRSTTOKEN_API_KEYS: error: key 1: *** (expected: 16 to 200 visible ASCII"
                                + " characters, as `firsttoken config key` makes them)");
        assertThat(problems("FIRSTTOKEN_API_KEYS", ","))
                .containsExactly(
                        "FIRSTTOKEN_API_KEYS: error: no key at all (expected: keys, separated by"
                                + " commas)");
        assertThat(problems("FIRSTTOKEN_LISTEN", "0.0.0.0:80"))
                .singleElement()
                .asString()
                .startsWith(
                        "FIRSTTOKEN_LISTEN: error: server.host: 0.0.0.0 is reachable by others");
        assertThat(problems("FIRSTTOKEN_LISTEN", "0.0.0.0:80", "FIRSTTOKEN_OPEN", "true"))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    HTTPS_PROXY=http://p:1                            | http://p:1
                    https_proxy=p:1                                   | http://p:1
                    https_proxy=http://p:1/ HTTPS_PROXY=http://q:2    | http://p:1
                    HTTP_PROXY=http://p:1                             |
                    HTTPS_PROXY=p:1 NO_PROXY=*                        |
                    HTTPS_PROXY=p:1 NO_PROXY=a.com,openai.com         |
                    HTTPS_PROXY=p:1 no_proxy=.openai.com              |
                    HTTPS_PROXY=p:1 no_proxy=*.openai.com             |
                    HTTPS_PROXY=p:1 NO_PROXY=API.openai.com:443       |
                    HTTPS_PROXY=p:1 NO_PROXY=api.openai.com:80        | http://p:1
                    HTTPS_PROXY=p:1 NO_PROXY=penai.com                | http://p:1
                    HTTPS_PROXY=p:1 OPENAI_BASE_URL=https://localhost |
                    HTTP_PROXY=p:1 OPENAI_BASE_URL=http://gpu/v1      | http://p:1
                    """)
    void proxiesComeFromTheUsualVariables(String variables, String proxy) {
        Map<String, String> environment = new TreeMap<>(Map.of("OPENAI_API_KEY", "k"));
        for (String variable : variables.split(" ")) {
            String[] parts = variable.split("=");
            environment.put(parts[0], parts[1]);
        }
        Config config = Reading.accepted(ConfigSource.environment(environment).read()).config();

        assertThat(config.providers().getFirst().proxy())
                .isEqualTo(proxy == null ? null : URI.create(proxy));
    }

    @Test
    void aProxyWithAPasswordIsRefusedWithoutShowingIt() {
        assertThat(problems("IZZI_API_KEY", "k", "HTTPS_PROXY", "http://u:canary@p:1"))
                .containsExactly(
                        "HTTPS_PROXY: error: providers[0].proxy: http://***@p:1 (expected: an http"
                                + " URL without user, path or query, such as http://proxy:3128, or none)");
    }

    @Test
    void inAFileTheEnvironmentFillsOnlyWhatIsNotSaid(@TempDir Path directory) {
        Reading reading = new Reading(directory);
        String file =
                """
                providers:
                  - {name: a, base-url: "https://a/v1"}
                  - {name: b, base-url: "https://b/v1", proxy: none}
                  - {name: c, base-url: "https://c/v1", proxy: "http://mine:1"}
                """;
        Map<String, String> environment =
                Map.of(
                        "HTTPS_PROXY",
                        "http://p:1",
                        "OPENAI_API_KEY",
                        "k",
                        "FIRSTTOKEN_OPEN",
                        "true");

        assertThat(reading.config(file, environment).providers())
                .extracting(Config.Provider::proxy)
                .containsExactly(URI.create("http://p:1"), null, URI.create("http://mine:1"));
        assertThat(reading.problems(file, environment))
                .containsExactly(
                        "FIRSTTOKEN_OPEN: warning: ignored, because there is a file (expected:"
                                + " server.open in the file)");
    }

    private static Config.Provider provider(String name, String baseUrl, String key) {
        return new Config.Provider(
                name,
                URI.create(baseUrl),
                new Secret(key),
                null,
                Config.Protocol.AUTO,
                null,
                List.of());
    }
}
