package dev.firsttoken.wire.dialect.gemini;

import dev.firsttoken.wire.json.JsonCursor;
import dev.firsttoken.wire.json.JsonException;
import dev.firsttoken.wire.json.JsonWriter;
import dev.firsttoken.wire.json.RawJson;
import dev.firsttoken.wire.json.Utf8Buffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `logprobsResult`: `{"topCandidates":[{"candidates":[…]}],"chosenCandidates":[…]}`, each
/// candidate a `{"token","tokenId","logProbability"}`.
final class GeminiLogProbs {

    private record Token(String text, RawJson probability) {}

    private GeminiLogProbs() {}

    /// Reads the value ahead.
    ///
    /// @return an array in the form of OpenAI, or null when it says nothing
    static @Nullable String read(JsonCursor json) throws JsonException {
        var chosen = new ArrayList<Token>();
        var top = new ArrayList<List<Token>>();
        if (!json.isObject()) {
            json.skip();
            return null;
        }
        json.enterObject();
        while (json.nextField()) {
            switch (json.field()) {
                case "chosenCandidates" -> tokens(json, chosen);
                case "topCandidates" -> top(json, top);
                default -> json.skip();
            }
        }
        if (chosen.isEmpty()) {
            return null;
        }
        var out = new Utf8Buffer(256);
        JsonWriter array = new JsonWriter(out).array();
        for (int i = 0; i < chosen.size(); i++) {
            write(chosen.get(i), array);
            array.array("top_logprobs");
            if (i < top.size()) {
                for (Token token : top.get(i)) {
                    write(token, array);
                    array.endObject();
                }
            }
            array.endArray().endObject();
        }
        array.endArray();
        return out.toString();
    }

    private static void write(Token token, JsonWriter out) {
        out.object().member("token", token.text()).member("logprob", token.probability());
        out.name("bytes").nothing();
    }

    private static void top(JsonCursor json, List<List<Token>> into) throws JsonException {
        if (!json.isArray()) {
            json.skip();
            return;
        }
        json.enterArray();
        while (json.nextElement()) {
            var tokens = new ArrayList<Token>();
            if (json.isObject()) {
                json.enterObject();
                while (json.nextField()) {
                    if (json.field().equals("candidates")) {
                        tokens(json, tokens);
                    } else {
                        json.skip();
                    }
                }
            } else {
                json.skip();
            }
            into.add(tokens);
        }
    }

    private static void tokens(JsonCursor json, List<Token> into) throws JsonException {
        if (!json.isArray()) {
            json.skip();
            return;
        }
        json.enterArray();
        while (json.nextElement()) {
            String text = "";
            RawJson probability = new RawJson("0");
            if (json.isObject()) {
                json.enterObject();
                while (json.nextField()) {
                    switch (json.field()) {
                        case "token" -> text = json.readNonEmptyString() ? json.value() : "";
                        case "logProbability" -> probability = json.raw();
                        default -> json.skip();
                    }
                }
            } else {
                json.skip();
            }
            into.add(new Token(text, probability));
        }
    }

    /// Writes an array in the form of OpenAI as a `logprobsResult`, or nothing when it is not one.
    static void write(String array, JsonWriter out) {
        var chosen = new ArrayList<Token>();
        var top = new ArrayList<List<Token>>();
        try {
            JsonCursor json = new RawJson(array).cursor();
            openAi(json, chosen, top);
        } catch (JsonException e) {
            return;
        }
        out.object("logprobsResult").array("topCandidates");
        for (List<Token> tokens : top) {
            out.object();
            candidates("candidates", tokens, out);
            out.endObject();
        }
        out.endArray();
        candidates("chosenCandidates", chosen, out);
        out.endObject();
    }

    private static void candidates(String name, List<Token> tokens, JsonWriter out) {
        out.array(name);
        for (Token token : tokens) {
            out.object().member("token", token.text());
            out.member("logProbability", token.probability()).endObject();
        }
        out.endArray();
    }

    private static void openAi(JsonCursor json, List<Token> chosen, List<List<Token>> top)
            throws JsonException {
        json.enterArray();
        while (json.nextElement()) {
            String text = "";
            RawJson probability = new RawJson("0");
            var others = new ArrayList<Token>();
            json.enterObject();
            while (json.nextField()) {
                switch (json.field()) {
                    case "token" -> text = json.readNonEmptyString() ? json.value() : "";
                    case "logprob" -> probability = json.raw();
                    case "top_logprobs" -> {
                        if (json.isArray()) {
                            openAi(json, others, new ArrayList<>());
                        } else {
                            json.skip();
                        }
                    }
                    default -> json.skip();
                }
            }
            chosen.add(new Token(text, probability));
            top.add(others);
        }
    }
}
