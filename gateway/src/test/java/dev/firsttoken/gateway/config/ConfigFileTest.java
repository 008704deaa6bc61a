package dev.firsttoken.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firsttoken.gateway.config.Config.CallerKey;
import dev.firsttoken.gateway.config.Config.Deployment;
import dev.firsttoken.gateway.config.Config.Model;
import dev.firsttoken.gateway.config.Config.Protocol;
import dev.firsttoken.gateway.pricing.ModelFacts;
import dev.firsttoken.gateway.pricing.Price;
import dev.firsttoken.gateway.pricing.PriceRule;
import dev.firsttoken.gateway.provider.KnownProviders;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigFileTest {

    private static final String PROVIDER =
            "providers: [{name: p, base-url: http://localhost/v1}]\n";

    @TempDir Path directory;
    Reading reading;

    @BeforeEach
    void useDirectory() {
        reading = new Reading(directory);
    }

    private List<String> problems(String yaml) {
        return reading.problems(yaml, Map.of());
    }

    @Test
    void everyKeyReachesItsPlace() throws IOException {
        Files.createFile(directory.resolve("cert.pem"));
        Files.createFile(directory.resolve("key.pem"));
        Files.createFile(directory.resolve("ca.pem"));
        String hash = "0123456789ABCDEF".repeat(4);
        Config config =
                reading.config(
                        """
                        server:
                          host: 0.0.0.0
                          port: 9000
                          open: true
                          page: false
                          cors: [https://chat.example.com]
                          drain: 0s
                          event-loops: 3
                          tls: {certificate: cert.pem, key: key.pem}
                        providers:
                          - name: openai
                            base-url: https://api.openai.com/v1/
                            api-key: ${OPENAI_API_KEY}
                            proxy: http://proxy:3128
                            protocol: http2
                            trust: ca.pem
                            models: [gpt-5-mini]
                            streams: 23
                            queue: 24
                            private-addresses: true
                          - {name: local, base-url: "http://127.0.0.1:11434/v1"}
                        models:
                          - name: fast
                            deployments:
                              - {provider: openai, model: gpt-5-mini}
                              - {provider: local, model: llama}
                        default-model: fast
                        keys:
                          - {name: web-team, sha256: %s}
                        limits:
                          request-head: 17KiB
                          request-body: 21MiB
                          connections: 11
                          streams: 12
                          streams-per-key: 13
                          sse-line: 14KiB
                          sse-event: 15KiB
                          answer: 3GiB
                          log: 1048577
                          streams-per-address: 16
                          requests-per-minute: 17
                          memory: 18MiB
                          request-depth: 19
                          request-values: 200
                          request-messages: 21
                          response-head: 22KiB
                          response-headers: 25
                        deadlines:
                          connect: 1ms
                          first-token: 2s
                          stall: 3m
                          total: 4h
                          heartbeat: 5s
                          request-head: 6s
                          request-body: 7s
                          write-stall: 8s
                          idle-connection: 9s
                          progress: 10s
                          first-byte: 11s
                          queue: 12s
                        log: {format: json, level: debug}
                        """
                                .formatted(hash),
                        Map.of("OPENAI_API_KEY", "sk-1"));

        assertThat(config.server())
                .isEqualTo(
                        new Config.Server(
                                "0.0.0.0",
                                9000,
                                true,
                                false,
                                List.of("https://chat.example.com"),
                                new Config.Tls(
                                        directory.resolve("cert.pem"),
                                        directory.resolve("key.pem")),
                                Duration.ZERO,
                                3,
                                false));
        assertThat(config.providers())
                .containsExactly(
                        new Config.Provider(
                                "openai",
                                URI.create("https://api.openai.com/v1"),
                                new Secret("sk-1"),
                                URI.create("http://proxy:3128"),
                                Protocol.HTTP_2,
                                directory.resolve("ca.pem"),
                                List.of("gpt-5-mini"),
                                23,
                                24,
                                KnownProviders.dialectOf("openai"),
                                true,
                                null,
                                null),
                        Config.Provider.at("local", URI.create("http://127.0.0.1:11434/v1")));
        assertThat(config.models())
                .containsExactly(
                        new Model(
                                "fast",
                                List.of(
                                        new Deployment("openai", "gpt-5-mini"),
                                        new Deployment("local", "llama"))));
        assertThat(config.defaultModel()).isEqualTo("fast");
        assertThat(config.keys())
                .containsExactly(new CallerKey("web-team", "0123456789abcdef".repeat(4)));
        assertThat(config.limits())
                .isEqualTo(
                        new Config.Limits(
                                17 << 10, 21 << 20, 11, 12, 13, 14 << 10, 15 << 10, 3L << 30,
                                1_048_577, 16, 17, 18L << 20, 19, 200, 21, 22 << 10, 25));
        assertThat(config.deadlines())
                .isEqualTo(
                        new Config.Deadlines(
                                Duration.ofMillis(1),
                                Duration.ofSeconds(2),
                                Duration.ofMinutes(3),
                                Duration.ofHours(4),
                                Duration.ofSeconds(5),
                                Duration.ofSeconds(6),
                                Duration.ofSeconds(7),
                                Duration.ofSeconds(8),
                                Duration.ofSeconds(9),
                                Duration.ofSeconds(10),
                                Duration.ofSeconds(11),
                                Duration.ofSeconds(12)));
        assertThat(config.log()).isEqualTo(new Config.Log(Config.Log.Format.JSON, "debug"));
    }

    @Test
    void memoryCanBeAShareOfTheHeap() throws IOException {
        long heap = Runtime.getRuntime().maxMemory();
        assertThat(reading.config("limits: {memory: 25%}", Map.of()).limits().memoryBytes())
                .isEqualTo(heap / 100 * 25);
        assertThat(reading.config("{}", Map.of()).limits().memoryBytes())
                .isEqualTo(heap / 100 * 60);
        assertThat(problems("limits: {memory: 0%}"))
                .singleElement()
                .asString()
                .contains("expected: a share of the heap from 1% to 100%");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "# nothing but a comment\n", "---\n", "null\n"})
    void anEmptyFileIsAnAccident(String yaml) {
        assertThat(problems(yaml))
                .containsExactly(
                        "ft.yaml: error: empty (expected: at least one key; {} means all"
                                + " defaults)");
    }

    @Test
    void noKeysMeanDefaultsAndNoProvider() {
        Config config = reading.config("{}", Map.of());

        assertThat(config.server().host()).isEqualTo("127.0.0.1");
        assertThat(config.server().port()).isEqualTo(8080);
        assertThat(config.providers()).isEmpty();
        assertThat(config.defaultModel()).isEqualTo("claude-sonnet-4-20250514");
        assertThat(config.limits().streams()).isEqualTo(5000);
        assertThat(config.deadlines().firstToken()).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void aProviderCanBePluggedIn() {
        var simulator = Config.Provider.at("simulator", URI.create("http://127.0.0.1:1/v1"));

        assertThat(reading.config("{}", Map.of()).withProvider(simulator).providers())
                .containsExactly(simulator);
    }

    @Test
    void allErrorsAreToldAtOnceInTheOrderOfTheFile() {
        assertThat(
                        problems(
                                """
                                server:
                                  prot: 8080
                                  drain: soon
                                providers:
                                  - base-url: ftp://x
                                    name: a
                                    name: b
                                """))
                .containsExactly(
                        "ft.yaml:2:3: error: server.prot: unknown key (did you mean port?)",
                        "ft.yaml:3:10: error: server.drain: soon (expected: a duration from 0s to"
                                + " 24h, such as 500ms, 30s, 10m or 1h)",
                        "ft.yaml:5:15: error: providers[0].base-url: ftp://x (expected: an http or"
                                + " https URL without user, query or fragment, such as"
                                + " https://api.openai.com/v1)",
                        "ft.yaml:7:5: error: providers[0].name: written twice (expected: each key"
                                + " once)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\u0001',
            textBlock =
                    """
                    colour: red | ft.yaml:1:1: error: colour: unknown key (expected: one of server, providers, models, default-model, keys, limits, http, deadlines, streams, prices, log)
                    port: 1 | ft.yaml:1:1: error: port: unknown key (did you mean server.port?)
                    default_model: x | ft.yaml:1:1: error: default_model: unknown key (did you mean default-model?)
                    defaultModel: x | ft.yaml:1:1: error: defaultModel: unknown key (did you mean default-model?)
                    server: {port: 65536} | ft.yaml:1:16: error: server.port: 65536 (expected: a whole number from 0 to 65535)
                    server: {port: 1.5} | ft.yaml:1:16: error: server.port: 1.5 (expected: a whole number from 0 to 65535)
                    server: {port: "80"} | ft.yaml:1:16: error: server.port: text "80" (expected: a whole number from 0 to 65535; leave the quotes away)
                    server: {port: http} | ft.yaml:1:16: error: server.port: text "http" (expected: a whole number from 0 to 65535)
                    server: {port: true} | ft.yaml:1:16: error: server.port: true or false true (expected: a whole number from 0 to 65535)
                    server: {open: yes} | ft.yaml:1:16: error: server.open: text "yes" (expected: true or false)
                    server: {drain: 5} | ft.yaml:1:17: error: server.drain: a number 5 (expected: a duration from 0s to 24h, such as 500ms, 30s, 10m or 1h)
                    server: {host: 12} | ft.yaml:1:16: error: server.host: a number 12 (expected: a host name or an IP address without brackets; 0.0.0.0 listens everywhere; put it in quotes)
                    server: {host: "[::1]"} | ft.yaml:1:16: error: server.host: [::1] (expected: a host name or an IP address without brackets; 0.0.0.0 listens everywhere)
                    server: {host: } | ft.yaml:1:15: error: server.host: nothing (expected: a host name or an IP address without brackets; 0.0.0.0 listens everywhere, or the key to be left out)
                    server: | ft.yaml:1:8: error: server: nothing (expected: a mapping with host, port, open, page, cors, strict, drain, event-loops, tls, or the key to be left out)
                    server: [] | ft.yaml:1:9: error: server: a list (expected: a mapping with host, port, open, page, cors, strict, drain, event-loops, tls)
                    providers: {} | ft.yaml:1:12: error: providers: a mapping (expected: a list)
                    default-model: [] | ft.yaml:1:16: error: default-model: a list (expected: 1 to 200 visible ASCII characters without spaces)
                    default-model: "a b" | ft.yaml:1:16: error: default-model: a b (expected: 1 to 200 visible ASCII characters without spaces)
                    default-model: "" | ft.yaml:1:16: error: default-model: "" (expected: 1 to 200 visible ASCII characters without spaces)
                    deadlines: {stall: 0s} | ft.yaml:1:20: error: deadlines.stall: 0s (expected: a duration from 1ms to 24h, such as 500ms, 30s, 10m or 1h)
                    deadlines: {stall: 25h} | ft.yaml:1:20: error: deadlines.stall: 25h (expected: a duration from 1ms to 24h, such as 500ms, 30s, 10m or 1h)
                    limits: {log: 64KB} | ft.yaml:1:15: error: limits.log: 64KB (expected: a size from 1KiB to 1024GiB, such as 64KiB, 20MiB or a number of bytes)
                    limits: {request-head: 2MiB} | ft.yaml:1:24: error: limits.request-head: 2MiB (expected: a size from 1KiB to 1MiB, such as 64KiB, 20MiB or a number of bytes)
                    log: {level: verbose} | ft.yaml:1:14: error: log.level: verbose (expected: one of error, warn, info, debug, trace)
                    server: {tls: {certificate: x}} | ft.yaml:1:15: error: server.tls.key: missing (expected: a path, absolute or relative to the configuration file)
                    models: [{name: a, deployments: []}] | ft.yaml:1:33: error: models[0].deployments: an empty list (expected: a list of at least 1)
                    models: [{name: a, deployments: [{provider: p, model: m}]}] | ft.yaml:1:45: error: models[0].deployments[0].provider: p (expected: the name of a provider, and there are none)
                    providers: [{name: a/b, base-url: "http://x"}] | ft.yaml:1:20: error: providers[0].name: a/b (expected: letters, digits, '.', '_' and '-', at most 64 of them, a letter or digit first)
                    providers: [{name: a, base-url: "http://x", proxy: "socks5://y"}] | ft.yaml:1:52: error: providers[0].proxy: socks5://y (expected: an http URL without user, path or query, such as http://proxy:3128, or none)
                    providers: [{name: a, base-url: "http://x", api-version: v1}] | ft.yaml:1:58: error: providers[0].api-version: v1 (expected: none, because requests in the dialect openai name no version)
                    server: {host: 0.0.0.0} | ft.yaml:1:16: error: server.host: 0.0.0.0 is reachable by others, and anybody could spend your providers' money (expected: one of host: 127.0.0.1; a key under keys, made by `firsttoken config key`; open: true)
                    - a | ft.yaml:1:1: error: a list (expected: a mapping such as `server:`)
                    text | ft.yaml:1:1: error: text (expected: a mapping such as `server:`)
                    """)
    void namesPlaceValueAndExpectation(String yaml, String problem) {
        assertThat(problems(yaml)).contains(problem);
    }

    @Test
    void aMisspeltKeyIsOneErrorAndNotAMissingOneAsWell() {
        assertThat(problems("providers: [{name: p, baseUrl: \"http://localhost\"}]\n"))
                .containsExactly(
                        "ft.yaml:1:23: error: providers[0].baseUrl: unknown key (did you mean"
                                + " base-url?)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://user:pass@h/v1",
                "http://h/v1?key=pass",
                "http://h/v1#pass",
                "http:///v1",
                "http://a_b/v1",
                "h:80",
                "//h/v1",
                "http://h:99999/v1"
            })
    void refusesAddressesThatAreNotPlain(String url) {
        assertThat(problems("providers: [{name: p, base-url: \"" + url + "\"}]\n"))
                .singleElement()
                .asString()
                .startsWith("ft.yaml:1:33: error: providers[0].base-url: ")
                .doesNotContain("pass");
    }

    @Test
    void refusesNamesThatAreTaken() {
        String a = "a".repeat(64);
        assertThat(
                        problems(
                                """
                                providers:
                                  - {name: p, base-url: "http://localhost"}
                                  - {name: p, base-url: "http://localhost"}
                                models:
                                  - {name: m, deployments: [{provider: p, model: x}]}
                                  - {name: m, deployments: [{provider: p, model: x}]}
                                keys:
                                  - {name: k, sha256: %s}
                                  - {name: k, sha256: %s}
                                """
                                        .formatted(a, a)))
                .containsExactly(
                        "ft.yaml:3:12: error: providers[1].name: p (expected: not the same as"
                                + " providers[0].name)",
                        "ft.yaml:6:12: error: models[1].name: m (expected: not the same as"
                                + " models[0].name)",
                        "ft.yaml:9:12: error: keys[1].name: k (expected: not the same as"
                                + " keys[0].name)",
                        "ft.yaml:9:23: error: keys[1].sha256: "
                                + a
                                + " (expected: not the same as keys[0].sha256)");
    }

    @Test
    void refusesDeploymentsThatDoNotExist() {
        assertThat(
                        problems(
                                """
                                providers:
                                  - {name: openai, base-url: "http://localhost", models: [a, b]}
                                models:
                                  - name: fast
                                    deployments:
                                      - {provider: opnai, model: a}
                                      - {provider: groq, model: a}
                                      - {provider: openai, model: c}
                                default-model: fast
                                """))
                .containsExactly(
                        "ft.yaml:6:20: error: models[0].deployments[0].provider: opnai (expected:"
                                + " the name of a provider; did you mean openai?)",
                        "ft.yaml:7:20: error: models[0].deployments[1].provider: groq (expected:"
                                + " the name of a provider, one of openai)",
                        "ft.yaml:8:35: error: models[0].deployments[2].model: c (expected: one of"
                                + " the models of openai: a, b)");
    }

    @Test
    void warnsOfADefaultModelThatNobodyServes() {
        String provider = "providers: [{name: p, base-url: \"http://localhost\", models: [a]}]\n";
        assertThat(problems(provider + "default-model: b\n"))
                .containsExactly(
                        "ft.yaml:2:16: warning: default-model: b (expected: a model that is served;"
                                + " requests that name no model will be refused)");
        assertThat(problems(provider + "default-model: a\n")).isEmpty();
        assertThat(problems(provider + "default-model: p/a\n")).isEmpty();
    }

    @Test
    void streamsAreKeptOnDiskWhenThereIsAFolderForThem() {
        assertThat(reading.config("streams: {}", Map.of()).streams().disk()).isNull();
        Config.Disk disk = reading.config("streams: {data: kept}", Map.of()).streams().disk();
        assertThat(disk)
                .isEqualTo(
                        new Config.Disk(
                                directory.resolve("kept"),
                                Config.Durability.PROCESS,
                                Duration.ofMinutes(10),
                                8L << 30,
                                Duration.ofMillis(250)));
        assertThat(
                        reading.config("streams: {data: kept, durability: memory}", Map.of())
                                .streams()
                                .disk())
                .isNull();
    }

    @Test
    void pricesAreWhatTheFileSays() throws Exception {
        Config.Prices prices =
                reading.config(
                                """
                                prices:
                                  models:
                                    - {provider: p, model: m, input: 0.25, output: 10, cached-input: 0.025,
                                       context: 1000, inputs: [text, image]}
                                """,
                                Map.of())
                        .prices();
        var price = new Price(250_000, 25_000, 250_000, 10_000_000, 10_000_000, List.of());
        assertThat(prices)
                .isEqualTo(
                        new Config.Prices(
                                null,
                                List.of(
                                        new PriceRule(
                                                "p",
                                                "m",
                                                new ModelFacts(
                                                        1000L,
                                                        null,
                                                        List.of("text", "image"),
                                                        price,
                                                        false)))));
        assertThat(
                        problems(
                                "prices: {models: [{provider: p, model: m, input: -1, output: 1e3}]}\n"))
                .hasSize(2)
                .allSatisfy(problem -> assertThat(problem).contains("US dollars from 0"));
        assertThat(problems("prices: {file: none.json}\n"))
                .singleElement()
                .asString()
                .contains("a readable file");
    }

    @Test
    void aListInTheDataFolderIsUsed() throws Exception {
        Path data = Files.createDirectory(directory.resolve("kept"));
        assertThat(reading.config("streams: {data: kept}", Map.of()).prices().file()).isNull();
        Path list = Files.writeString(data.resolve("models.json"), "{}");
        assertThat(reading.config("streams: {data: kept}", Map.of()).prices().file())
                .isEqualTo(list);
    }

    @Test
    void refusesADurabilityWithoutAFolderAndAFolderThatIsNone() {
        assertThat(problems("streams: {durability: disk}\n"))
                .containsExactly(
                        "ft.yaml:1:23: error: streams.durability: disk (expected: memory, or a"
                                + " folder under data)");
        assertThat(problems("streams: {durability: ram}\n"))
                .containsExactly(
                        "ft.yaml:1:23: error: streams.durability: ram (expected: one of memory,"
                                + " process, disk)");
        assertThat(problems("streams: {data: ft.yaml}\n"))
                .containsExactly(
                        "ft.yaml:1:17: error: streams.data: ft.yaml (expected: a folder, and this"
                                + " is a file)");
    }

    @Test
    void refusesAPlainKeyAndDoesNotRepeatIt() {
        assertThat(problems("keys: [{name: a, key: ft-canary}]\n"))
                .contains(
                        "ft.yaml:1:18: error: keys[0].key: a caller's key is never written in plain"
                                + " text; run `firsttoken config key` and write its sha256");
        assertThat(problems("keys: [{name: a, sha256: ft-canary}]\n"))
                .containsExactly(
                        "ft.yaml:1:26: error: keys[0].sha256: *** (expected: 64 hexadecimal digits,"
                                + " as `firsttoken config key` prints them)");
        assertThat(problems("keys: [ft-canary]\n"))
                .containsExactly(
                        "ft.yaml:1:8: error: keys[0]: text (expected: a mapping with name, sha256, store)");
    }

    @Test
    void warnsOfASecretInTheFileAndOfOneThatTravelsInTheClear() {
        assertThat(
                        problems(
                                """
                                providers:
                                  - {name: p, base-url: "http://gpu/v1", api-key: sk-canary}
                                """))
                .containsExactly(
                        "ft.yaml:2:25: warning: providers[0].base-url: http://gpu/v1 (expected:"
                                + " https, because the api-key travels to it unencrypted)",
                        "ft.yaml:2:51: warning: providers[0].api-key: a secret in the file itself"
                                + " (better: ${NAME} or ${file:/path})");
    }

    @Test
    void refusesFilesThatAreNotThere() {
        assertThat(problems("server: {tls: {certificate: c.pem, key: k.pem}}\n"))
                .containsExactly(
                        "ft.yaml:1:29: error: server.tls.certificate: c.pem (expected: a readable"
                                + " file)",
                        "ft.yaml:1:41: error: server.tls.key: k.pem (expected: a readable file)");
        assertThat(
                        reading.printed(
                                ConfigSource.file(directory.resolve("no.yaml"), Map.of()).read()))
                .containsExactly("no.yaml: error: cannot be read (expected: a readable file)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.9.9.9", "localhost", "LOCALHOST", "::1"})
    void servesThisMachineWithoutKeys(String host) {
        assertThat(problems("server: {host: \"" + host + "\"}\n")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"0.0.0.0", "::", "10.0.0.1", "127.1", "2130706433", "localhost.evil.com"})
    void servesOthersWithKeysOrOnPurposeOnly(String host) {
        String server = "server: {host: \"" + host + "\"";
        assertThat(problems(server + "}\n")).hasSize(1);
        assertThat(problems(server + ", open: true}\n")).isEmpty();
        assertThat(problems(server + "}\nkeys: [{name: a, sha256: " + "a".repeat(64) + "}]\n"))
                .isEmpty();
    }

    @Test
    void saysWhereTheSyntaxIsWrongWithoutQuotingTheFile() {
        assertThat(problems("providers:\n  - {name: p, api-key: ${CANARY}}\n"))
                .singleElement()
                .asString()
                .startsWith("ft.yaml:2:")
                .endsWith("(inside { } and [ ] write \"${NAME}\" with quotes)")
                .doesNotContain("CANARY");
        assertThat(problems("server:\n  api-key: *canary\n"))
                .containsExactly(
                        "ft.yaml:2:12: error: found undefined alias (expected: quotes around a value"
                                + " that starts with '*')");
        assertThat(problems("a: 1\n---\nb: 2\n")).hasSize(1);
        assertThat(problems("server: \"canary\n"))
                .singleElement()
                .asString()
                .contains("error:")
                .doesNotContain("canary");
    }

    @Test
    void boundsNestingAliasesAndSize() throws IOException {
        assertThat(problems("a: " + "[".repeat(100_000)))
                .containsExactly(
                        "ft.yaml:1:19: error: nested too deeply (expected: at most 16 levels)");
        assertThat(problems("a: &a {b: 1}\nc: [" + "*a,".repeat(51) + "]\n"))
                .singleElement()
                .asString()
                .endsWith("too many aliases (expected: at most 50)");
        StringBuilder laughs = new StringBuilder("a0: &a0 [lol, lol, lol, lol, lol, lol]\n");
        for (int i = 1; i < 10; i++) {
            String alias = "*a" + (i - 1);
            laughs.append(
                    "a%d: &a%d [%s]\n"
                            .formatted(i, i, String.join(",", alias, alias, alias, alias, alias)));
        }
        assertThat(problems(laughs.toString()))
                .contains("ft.yaml: error: more than 20000 values (expected: fewer)");
        assertThat(problems("#".repeat(1 << 20) + "\n"))
                .containsExactly("ft.yaml: error: too large (expected: at most 1MiB)");
        assertThat(problems("a: &a [*a]\n")).isNotEmpty();
        Files.write(directory.resolve("bad.yaml"), new byte[] {'a', (byte) 0xff});
        assertThat(
                        reading.printed(
                                ConfigSource.file(directory.resolve("bad.yaml"), Map.of()).read()))
                .containsExactly("bad.yaml: error: not UTF-8 (expected: a text file in UTF-8)");
    }

    @Test
    void aTagBuildsNothing() {
        assertThat(problems("server: !!java.net.URL [\"http://x\"]\n")).isNotEmpty();
        assertThat(
                        reading.config("default-model: !!anything x\n" + PROVIDER, Map.of())
                                .defaultModel())
                .isEqualTo("x");
    }

    @Test
    void anOptionOfTheCommandLineWins() {
        ConfigSource source =
                reading.source("server: {port: 1, drain: 5s}\n", Map.of())
                        .with("server.port", "2", "--port")
                        .with("default-model", "m", "--model");
        ConfigReading.Accepted accepted = Reading.accepted(source.read());

        assertThat(accepted.config().server().port()).isEqualTo(2);
        assertThat(accepted.config().server().drain()).isEqualTo(Duration.ofSeconds(5));
        assertThat(accepted.config().defaultModel()).isEqualTo("m");
        assertThat(reading.printed(source.with("server.port", "x", "--port").read()))
                .containsExactly(
                        "--port: error: server.port: x (expected: a whole number from 0 to 65535)");
    }
}
