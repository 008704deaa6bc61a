package dev.firsttoken.wire.dialect.ui;

import dev.firsttoken.wire.dialect.AnswerHead;
import dev.firsttoken.wire.dialect.ClientCodec;
import dev.firsttoken.wire.dialect.Headers;
import dev.firsttoken.wire.dialect.StreamWriter;
import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.event.InvalidRequestException;
import dev.firsttoken.wire.json.Utf8Buffer;
import dev.firsttoken.wire.message.Answer;
import dev.firsttoken.wire.message.Extras;
import dev.firsttoken.wire.message.Request;
import java.util.Map;

/// The UI message stream of the AI SDK.
public final class UiCodec implements ClientCodec {

    public static final UiCodec INSTANCE = new UiCodec();

    static final String DIALECT = "ui-messages";

    /// The name of the conversation, among what the request has for the answer.
    public static final String CONVERSATION = Extras.FOR_THE_ANSWER + "id";

    private UiCodec() {}

    @Override
    public String dialect() {
        return DIALECT;
    }

    @Override
    public Request readRequest(String path, Headers headers, byte[] body)
            throws InvalidRequestException {
        return UiRequestReader.read(body);
    }

    @Override
    public String streamType() {
        return "text/event-stream";
    }

    /// Clients know the stream's version by a header.
    @Override
    public Map<String, String> streamHeaders() {
        return Map.of("x-vercel-ai-ui-message-stream", "v1");
    }

    @Override
    public StreamWriter streamWriter(AnswerHead head, Request request) {
        return new UiStreamWriter(head);
    }

    @Override
    public void writeAnswer(AnswerHead head, Answer answer, Request request, Utf8Buffer out) {
        StreamWriter.writeWhole(streamWriter(head, request), answer, out);
    }

    @Override
    public String errorType() {
        return "text/plain; charset=utf-8";
    }

    /// Clients show the text of a refusal as it is.
    @Override
    public void writeError(Failure failure, Utf8Buffer out) {
        out.raw(failure.detail());
    }
}
