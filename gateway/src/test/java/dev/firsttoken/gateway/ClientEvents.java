package dev.firsttoken.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The events of a body, read as the HTML standard's section 9.2.6 tells a client to: with nothing
/// in common with the gateway's own reader, and stricter than it.
///
/// @param datas the data of each event, in order
/// @param ids whether there is an `id` or a `retry` field, which would confuse OpenAI's clients
record ClientEvents(List<String> datas, boolean ids) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String DONE = "[DONE]";

    /// @throws AssertionError when the bytes are not UTF-8
    static ClientEvents of(byte[] body) {
        String text;
        try {
            text =
                    UTF_8.newDecoder()
                            .onMalformedInput(CodingErrorAction.REPORT)
                            .decode(ByteBuffer.wrap(body))
                            .toString();
        } catch (CharacterCodingException e) {
            throw new AssertionError("the client was given bytes that are not UTF-8", e);
        }
        var datas = new ArrayList<String>();
        boolean ids = false;
        StringBuilder data = null;
        for (String line : text.split("\r\n|\r|\n", -1)) {
            if (line.isEmpty()) {
                if (data != null) {
                    datas.add(data.toString());
                }
                data = null;
            } else if (line.startsWith("data:")) {
                String value = line.substring(line.startsWith("data: ") ? 6 : 5);
                data = data == null ? new StringBuilder(value) : data.append('\n').append(value);
            } else {
                ids |= line.startsWith("id") || line.startsWith("retry");
            }
        }
        return new ClientEvents(List.copyOf(datas), ids);
    }

    /// Whether the mark of the end is the last event, and there is one.
    boolean endsWithDone() {
        return datas.indexOf(DONE) == datas.size() - 1 && !datas.isEmpty();
    }

    boolean hasDone() {
        return datas.contains(DONE);
    }

    /// The first choice's texts: `choices[].delta.content` or `content`.
    List<String> pieces() {
        var pieces = new ArrayList<String>();
        for (String data : datas) {
            if (data.equals(DONE)) {
                // What follows it is nobody's.
                break;
            }
            JsonNode event = json(data);
            if (event.path("content").isTextual()) {
                pieces.add(event.path("content").asText());
            }
            for (JsonNode choice : event.path("choices")) {
                JsonNode content = choice.path("delta").path("content");
                if (choice.path("index").asInt() == 0
                        && content.isTextual()
                        && !content.asText().isEmpty()) {
                    pieces.add(content.asText());
                }
            }
        }
        return pieces;
    }

    /// What the events say under `error`.
    List<JsonNode> errors() {
        var errors = new ArrayList<JsonNode>();
        for (String data : datas) {
            if (!data.equals(DONE) && json(data).has("error")) {
                errors.add(json(data).get("error"));
            }
        }
        return errors;
    }

    /// @throws AssertionError when it is no JSON, which no client expects
    static JsonNode json(String text) {
        try {
            @Nullable JsonNode node = JSON.readTree(text);
            return node;
        } catch (JsonProcessingException e) {
            throw new AssertionError("the client was given what is not JSON: " + cut(text), e);
        }
    }

    private static String cut(String text) {
        return text.length() <= 300 ? text : text.substring(0, 300) + "…";
    }
}
