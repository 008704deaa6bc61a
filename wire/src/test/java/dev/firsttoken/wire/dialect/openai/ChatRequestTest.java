package dev.firsttoken.wire.dialect.openai;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firsttoken.wire.event.InvalidRequestException;
import dev.firsttoken.wire.json.JsonTree;
import dev.firsttoken.wire.json.RandomJson;
import dev.firsttoken.wire.json.Utf8Buffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChatRequestTest {

    @Test
    void readsTheFieldsThatAreActedOn() throws Exception {
        ChatRequest request =
                read(
                        "{\"model\":\"gpt\",\"messages\":[],\"stream\":true,"
                                + "\"stream_options\":{\"include_usage\":true}}");
        assertThat(request.model()).isEqualTo("gpt");
        assertThat(request.stream()).isTrue();
        assertThat(request.includeUsage()).isTrue();
    }

    @Test
    void whatIsLeftOutOrNullIsNotAskedFor() throws Exception {
        for (String body :
                new String[] {
                    "{\"messages\":[]}",
                    "{\"messages\":[],\"model\":null,\"stream\":null,\"stream_options\":null}",
                    "{\"messages\":[],\"stream\":false,\"stream_options\":{}}",
                    "{\"messages\":[],\"stream_options\":{\"include_usage\":null}}"
                }) {
            ChatRequest request = read(body);
            assertThat(request.model()).isNull();
            assertThat(request.stream()).isFalse();
            assertThat(request.includeUsage()).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}                                              | messages | missing",
                "{\"messages\":null}                             | messages | missing",
                "{\"messages\":{}}                               | messages | is an object",
                "{\"messages\":\"hi\"}                           | messages | is a text",
                "{\"messages\":[],\"model\":1}                   | model | is a number",
                "{\"messages\":[],\"model\":[\"a\"]}             | model | is an array",
                "{\"messages\":[],\"model\":true}                | model | is a boolean",
                "{\"messages\":[],\"stream\":1}                  | stream | is a number",
                "{\"messages\":[],\"stream\":\"true\"}           | stream | is a text",
                "{\"messages\":[],\"stream_options\":[]}         | stream_options | is an array",
                "{\"messages\":[],\"stream_options\":true}       | stream_options | is a boolean",
                "{\"messages\":[],\"stream_options\":{\"include_usage\":\"yes\"}} | stream_options.include_usage | is a text",
                "{\"messages\":[],\"stream_options\":{\"include_usage\":1}} | stream_options.include_usage | is a number",
                "{\"messages\":[],\"stream_options\":{\"include_usage\":true,\"include_usage\":false}} | include_usage | occurs twice",
                "{\"messages\":[],\"stream_options\":{\"include_usage\":false,\"include\\u005fusage\":false}} | include_usage | occurs twice",
                "{\"messages\":[],\"stream_options\":{\"Include_Usage\":true}} | Include_Usage | is not spelled",
                "{\"messages\":[],\"Model\":\"a\"}               | Model | is not spelled 'model'",
                "{\"messages\":[],\"model\":\"a\",\"MODEL\":\"b\"} | MODEL | is not spelled 'model'",
                "{\"messages\":[],\"Messages\":[]}               | Messages | is not spelled",
                "{\"messages\":[],\"\u017Ftream\":true}          | \u017Ftream | is not spelled 'stream'",
                "{\"messages\":[],\"Stream_Options\":{}}         | Stream_Options | is not spelled",
                "{\"messages\":[],\"model\":\"a\",\"model\":\"a\"} | model | occurs twice",
                "{\"messages\":[],\"model\":\"a\",\"mod\\u0065l\":\"b\"} | model | occurs twice",
            })
    void whatLeavesDoubtIsRefusedByName(String body, String field, String message) {
        assertThatThrownBy(() -> read(body))
                .hasMessageStartingWith(message)
                .isInstanceOfSatisfying(
                        InvalidRequestException.class, e -> assertThat(e.field()).isEqualTo(field));
    }

    @Test
    void modelOfMoreThanAThousandCharactersIsRefused() {
        assertThatThrownBy(() -> read("{\"messages\":[],\"model\":\"" + "x".repeat(1025) + "\"}"))
                .isInstanceOf(InvalidRequestException.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"model\":\"a\",\"messages\":[]} | {\"model\":\"up\",\"messages\":[]}",
                "{\"messages\":[]} | {\"model\":\"up\",\"messages\":[]}",
                "{ \"messages\" : [ ] , \"model\" : null } | { \"messages\" : [ ] , \"model\" : \"up\" }",
                "{\"mod\\u0065l\":\"a\",\"messages\":[]} | {\"mod\\u0065l\":\"up\",\"messages\":[]}",
                "{\"model\":\"a\",\"messages\":[],\"stream\":true} | {\"stream_options\":{\"include_usage\":true},\"model\":\"up\",\"messages\":[],\"stream\":true}",
                "{\"messages\":[],\"stream\":true} | {\"model\":\"up\",\"stream_options\":{\"include_usage\":true},\"messages\":[],\"stream\":true}",
                "{\"model\":\"a\",\"messages\":[],\"stream\":true,\"stream_options\":null} | {\"model\":\"up\",\"messages\":[],\"stream\":true,\"stream_options\":{\"include_usage\":true}}",
                "{\"model\":\"a\",\"messages\":[],\"stream\":true,\"stream_options\":{ }} | {\"model\":\"up\",\"messages\":[],\"stream\":true,\"stream_options\":{\"include_usage\":true }}",
                "{\"model\":\"a\",\"messages\":[],\"stream\":true,\"stream_options\":{\"x\":1}} | {\"model\":\"up\",\"messages\":[],\"stream\":true,\"stream_options\":{\"include_usage\":true,\"x\":1}}",
                "{\"stream_options\":{\"x\":1, \"include_usage\" : false },\"stream\":true,\"messages\":[],\"model\":\"a\"} | {\"stream_options\":{\"x\":1, \"include_usage\" : true },\"stream\":true,\"messages\":[],\"model\":\"up\"}",
                "{\"model\":\"a\",\"messages\":[],\"stream\":true,\"stream_options\":{\"include_usage\":null}} | {\"model\":\"up\",\"messages\":[],\"stream\":true,\"stream_options\":{\"include_usage\":true}}",
                "{\"model\":\"a\",\"messages\":[],\"stream\":true,\"stream_options\":{\"include_usage\":true}} | {\"model\":\"up\",\"messages\":[],\"stream\":true,\"stream_options\":{\"include_usage\":true}}",
                "{\"model\":\"a\",\"messages\":[],\"stream\":false,\"stream_options\":{\"include_usage\":false}} | {\"model\":\"up\",\"messages\":[],\"stream\":false,\"stream_options\":{\"include_usage\":false}}",
            })
    void upstreamGetsTheSameBytesWithItsModelAndUsageAskedFor(String body, String upstream)
            throws Exception {
        assertThat(new String(read(body).forUpstream("up"), UTF_8)).isEqualTo(upstream);
    }

    @Test
    void upstreamModelMayHoldAnything() throws Exception {
        byte[] upstream = read("{\"messages\":[]}").forUpstream("a\"\\\n/ü😀");
        assertThat(JsonTree.object(upstream)).containsEntry("model", "a\"\\\n/ü😀");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void onlyTheModelAndStreamOptionsDiffer(long seed) throws Exception {
        var random = new Random(seed);
        for (int round = 0; round < 2_000; round++) {
            byte[] body = randomRequest(random).getBytes(UTF_8);
            ChatRequest request = ChatRequest.read(body);
            byte[] upstream = request.forUpstream("deployment \"1\"");
            Map<String, Object> expected = JsonTree.object(body);
            expected.put("model", "deployment \"1\"");
            if (request.stream()) {
                @SuppressWarnings("unchecked")
                var options = (Map<String, Object>) expected.get("stream_options");
                options = options == null ? new LinkedHashMap<>() : options;
                options.put("include_usage", true);
                expected.put("stream_options", options);
            }
            assertThat(JsonTree.object(upstream)).as(new String(body, UTF_8)).isEqualTo(expected);
            // What was written stays, byte for byte: without the new values, one is the other.
            assertThat(new String(upstream, UTF_8)).contains(untouched(body));
            // What we wrote is a request that we would take.
            ChatRequest again = ChatRequest.read(upstream);
            assertThat(again.model()).isEqualTo("deployment \"1\"");
            assertThat(again.forUpstream("deployment \"1\"")).isEqualTo(upstream);
        }
    }

    /// The messages and everything up to the next of the fields that are acted on.
    private static String untouched(byte[] body) {
        String text = new String(body, UTF_8);
        int from = text.indexOf("\"messages\"");
        int to = text.length();
        for (String other : List.of("\"model\"", "\"stream_options\"")) {
            int at = text.indexOf(other, from);
            to = at < 0 ? to : Math.min(to, at);
        }
        return text.substring(from, to);
    }

    private static String randomRequest(Random random) {
        var json = new RandomJson(random, false);
        var members = new ArrayList<String>();
        members.add("\"messages\"" + json.blank() + ":" + json.blank() + "[" + json.value(4) + "]");
        String[] models = {"null", "\"gpt\"", "\"\"", "\"\\u0067\\\"pt\""};
        if (random.nextInt(4) > 0) {
            members.add("\"model\":" + json.blank() + models[random.nextInt(models.length)]);
        }
        if (random.nextInt(4) > 0) {
            members.add(
                    "\"stream\" :"
                            + new String[] {"true", "true", "false", "null"}[random.nextInt(4)]);
        }
        if (random.nextInt(3) > 0) {
            String usage = "\"include_usage\":" + json.blank();
            String[] options = {
                "null",
                "{" + json.blank() + "}",
                "{" + usage + "true}",
                "{" + usage + "false" + json.blank() + "}",
                "{\"x\":" + json.value(2) + "," + usage + "null}",
                "{" + json.blank() + "\"x\":" + json.value(2) + "}"
            };
            members.add(
                    "\"stream_options\":" + json.blank() + options[random.nextInt(options.length)]);
        }
        int count = random.nextInt(4);
        for (int i = 0; i < count; i++) {
            members.add(
                    new Utf8Buffer(16).jsonString("extra ü" + i)
                            + json.blank()
                            + ":"
                            + json.value(3));
        }
        Collections.shuffle(members, random);
        return json.blank()
                + "{"
                + json.blank()
                + String.join(json.blank() + "," + json.blank(), members)
                + json.blank()
                + "}"
                + json.blank();
    }

    private static ChatRequest read(String body) throws InvalidRequestException {
        return ChatRequest.read(body.getBytes(UTF_8));
    }
}
