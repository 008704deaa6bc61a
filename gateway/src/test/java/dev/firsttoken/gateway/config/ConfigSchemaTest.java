package dev.firsttoken.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.schema.JsonSchema;
import tools.jackson.databind.json.JsonMapper;

class ConfigSchemaTest {

    private static final Schema SCHEMA =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                    .getSchema(ConfigSchema.json(), InputFormat.JSON);

    @TempDir Path directory;

    private static boolean schemaAccepts(String yaml) {
        LoadSettings settings = LoadSettings.builder().setSchema(new JsonSchema()).build();
        Object loaded = new Load(settings).loadFromString(yaml);
        return SCHEMA.validate(JsonMapper.shared().writeValueAsString(loaded), InputFormat.JSON)
                .isEmpty();
    }

    private boolean binderAccepts(String yaml) {
        return new Reading(directory).of(yaml, Map.of("X", "1", "T", "true", "D", "5s"))
                instanceof ConfigReading.Accepted;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "server: {port: 0, host: \"::1\", drain: 0s, open: true, event-loops: 4}",
                "server: {port: \"${X}\", open: \"${T}\", drain: \"${D}\"}",
                "limits: {log: \"${X}MiB\", sse-line: \"4096\", answer: 4096, streams: 1}",
                "deadlines: {connect: 500ms, total: 24h}",
                "log: {format: json, level: trace}",
                "providers: []",
                "providers: [{name: a, base-url: \"http://localhost:1/v1/\", protocol: http1}]",
                "providers: [{name: a, base-url: HTTPS://x, proxy: none, models: [a/b:c]}]",
                "providers: [{name: a, base-url: \"https://x\", api-key: k, proxy: \"http://p\"}]",
                "providers: [{name: a, base-url: \"http://x\"}]\n"
                        + "models: [{name: m, deployments: [{provider: a, model: b}]}]\n"
                        + "default-model: m",
            })
    void bothAccept(String yaml) {
        assertThat(schemaAccepts(yaml)).as("schema").isTrue();
        assertThat(binderAccepts(yaml)).as("binder").isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "unknown: 1",
                "server: {prot: 1}",
                "server:",
                "server: 1",
                "server: []",
                "server: {port: \"80\"}",
                "server: {port: 1.5}",
                "server: {port: -1}",
                "server: {port: 65536}",
                "server: {open: 1}",
                "server: {open: yes}",
                "server: {host: 1}",
                "server: {host: \"a b\"}",
                "server: {host: \"\"}",
                "server: {drain: 5}",
                "server: {drain: 5 s}",
                "server: {drain: 1h30m}",
                "server: {tls: {key: k}}",
                "server: {tls: {}}",
                "limits: {log: 1KB}",
                "limits: {log: -1}",
                "limits: {log: 1}",
                "limits: {log: 1.5}",
                "limits: {streams: 0}",
                "limits: {streams: many}",
                "log: {level: loud}",
                "log: {level: INFO}",
                "providers: {}",
                "providers: [a]",
                "providers: [{name: a}]",
                "providers: [{base-url: \"http://x\"}]",
                "providers: [{name: a b, base-url: \"http://x\"}]",
                "providers: [{name: a, base-url: \"ftp://x\"}]",
                "providers: [{name: a, base-url: \"http://u:p@x\"}]",
                "providers: [{name: a, base-url: \"http://x?a=b\"}]",
                "providers: [{name: a, base-url: \"http://x\", api-key: 1}]",
                "providers: [{name: a, base-url: \"http://x\", api-key: \"\"}]",
                "providers: [{name: a, base-url: \"http://x\", proxy: \"https://p\"}]",
                "providers: [{name: a, base-url: \"http://x\", protocol: h2}]",
                "providers: [{name: a, base-url: \"http://x\", models: gpt}]",
                "providers: [{name: a, base-url: \"http://x\", models: [1]}]",
                "models: [{name: m, deployments: []}]",
                "models: [{name: m}]",
                "models: [{name: m, deployments: [{provider: a}]}]",
                "keys: [{name: a, key: ft-1}]",
                "keys: [{name: a, sha256: abc}]",
                "keys: [ft-1]",
                "default-model: 4.1",
                "default-model:",
            })
    void bothRefuse(String yaml) {
        assertThat(schemaAccepts(yaml)).as("schema").isFalse();
        assertThat(binderAccepts(yaml)).as("binder").isFalse();
    }

    /// What a schema cannot say, as its documentation admits.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "server: {host: 0.0.0.0}",
                "server: {port: \"${NOT_SET}\"}",
                "deadlines: {stall: 0s}",
                "deadlines: {stall: 25h}",
                "limits: {request-head: 2MiB}",
                "server: {tls: {certificate: gone.pem, key: gone.pem}}",
                "models: [{name: m, deployments: [{provider: gone, model: b}]}]",
                "providers: [{name: a, base-url: \"http://x\"}, {name: a, base-url: \"http://x\"}]",
            })
    void onlyTheBinderRefuses(String yaml) {
        assertThat(schemaAccepts(yaml)).as("schema").isTrue();
        assertThat(binderAccepts(yaml)).as("binder").isFalse();
    }

    @Test
    void everyDefaultIsAcceptable() {
        StringBuilder yaml = new StringBuilder();
        for (Key<?> section : Keys.ROOT.keys()) {
            if (section.type instanceof Type.Section inner
                    && inner.keys().stream().anyMatch(key -> key.defaultValue != null)) {
                yaml.append(section.name).append(":\n");
                for (Key<?> key : inner.keys()) {
                    if (key.defaultValue != null) {
                        yaml.append("  ").append(key.name).append(": ").append(key.defaultValue);
                        yaml.append('\n');
                    }
                }
            }
        }

        assertThat(schemaAccepts(yaml.toString())).isTrue();
        assertThat(binderAccepts(yaml.toString())).isTrue();
        assertThat(new Reading(directory).config(yaml.toString(), Map.of()))
                .isEqualTo(new Reading(directory).config("{}", Map.of()));
    }

    @Test
    void theSchemaIsTheSameEveryTime() {
        assertThat(ConfigSchema.json())
                .isEqualTo(ConfigSchema.json())
                .contains("\"default\": 8080");
    }
}
