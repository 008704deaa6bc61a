package dev.firsttoken.wire.dialect.openai;

import dev.firsttoken.wire.dialect.AnswerHead;
import dev.firsttoken.wire.dialect.ClientCodec;
import dev.firsttoken.wire.dialect.Headers;
import dev.firsttoken.wire.dialect.StreamWriter;
import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.event.InvalidRequestException;
import dev.firsttoken.wire.json.JsonFields;
import dev.firsttoken.wire.json.RawJson;
import dev.firsttoken.wire.json.Utf8Buffer;
import dev.firsttoken.wire.message.Answer;
import dev.firsttoken.wire.message.Extras;
import dev.firsttoken.wire.message.Message;
import dev.firsttoken.wire.message.Parameters;
import dev.firsttoken.wire.message.Request;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The dialect before chat: `POST /v1/completions`. The prompt is what a user says, and all that
/// comes back is text.
public final class CompletionsCodec implements ClientCodec {

    public static final CompletionsCodec INSTANCE = new CompletionsCodec();

    private static final String DIALECT = "openai-completions";

    private CompletionsCodec() {}

    @Override
    public String dialect() {
        return DIALECT;
    }

    @Override
    public Request readRequest(String path, Headers headers, byte[] bytes)
            throws InvalidRequestException {
        JsonFields body = JsonFields.ofBody(bytes);
        List<Message> messages = List.of(Message.of(Message.Role.USER, prompt(body)));
        JsonFields options = body.object("stream_options");
        boolean usage = options != null && Boolean.TRUE.equals(options.bool("include_usage"));
        String model = body.string("model");
        boolean stream = Boolean.TRUE.equals(body.bool("stream"));
        Parameters parameters = parameters(body);
        Map<String, RawJson> rest = new LinkedHashMap<>(body.rest());
        return new Request(
                model,
                stream,
                usage,
                messages,
                List.of(),
                null,
                null,
                parameters,
                Extras.of(DIALECT, null, rest));
    }

    private static String prompt(JsonFields body) throws InvalidRequestException {
        if (!body.isArray("prompt")) {
            return body.needString("prompt");
        }
        List<String> prompts = body.strings("prompt");
        if (prompts.size() != 1) {
            throw new InvalidRequestException(
                    "has " + prompts.size() + " texts (expected: one)", "prompt");
        }
        return prompts.getFirst();
    }

    private static Parameters parameters(JsonFields body) throws InvalidRequestException {
        var parameters = new Parameters();
        parameters.maxOutputTokens = body.count("max_tokens");
        parameters.temperature = body.number("temperature");
        parameters.topP = body.number("top_p");
        parameters.stop =
                body.isString("stop") ? List.of(body.needString("stop")) : body.strings("stop");
        parameters.seed = body.whole("seed");
        parameters.frequencyPenalty = body.number("frequency_penalty");
        parameters.presencePenalty = body.number("presence_penalty");
        parameters.logitBias = body.raw("logit_bias");
        parameters.choices = body.count("n");
        parameters.user = body.string("user");
        return parameters;
    }

    @Override
    public String streamType() {
        return "text/event-stream; charset=utf-8";
    }

    @Override
    public StreamWriter streamWriter(AnswerHead head, Request request) {
        return new CompletionsStreamWriter(head, request.usageWanted());
    }

    @Override
    public void writeAnswer(AnswerHead head, Answer answer, Request request, Utf8Buffer out) {
        CompletionsStreamWriter.writeWhole(head, answer, out);
    }

    @Override
    public void writeError(Failure failure, Utf8Buffer out) {
        ChatErrors.write(failure, out);
    }
}
