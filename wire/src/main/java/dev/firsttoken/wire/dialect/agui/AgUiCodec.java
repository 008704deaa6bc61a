package dev.firsttoken.wire.dialect.agui;

import dev.firsttoken.wire.dialect.AnswerHead;
import dev.firsttoken.wire.dialect.ClientCodec;
import dev.firsttoken.wire.dialect.Headers;
import dev.firsttoken.wire.dialect.StreamWriter;
import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.event.InvalidRequestException;
import dev.firsttoken.wire.json.JsonWriter;
import dev.firsttoken.wire.json.Utf8Buffer;
import dev.firsttoken.wire.message.Answer;
import dev.firsttoken.wire.message.Request;

/// The Agent User Interaction protocol.
public final class AgUiCodec implements ClientCodec {

    public static final AgUiCodec INSTANCE = new AgUiCodec();

    static final String DIALECT = "ag-ui";

    private AgUiCodec() {}

    @Override
    public String dialect() {
        return DIALECT;
    }

    @Override
    public Request readRequest(String path, Headers headers, byte[] body)
            throws InvalidRequestException {
        return AgUiRequestReader.read(body);
    }

    @Override
    public String streamType() {
        return "text/event-stream";
    }

    @Override
    public StreamWriter streamWriter(AnswerHead head, Request request) {
        return new AgUiStreamWriter(head, request);
    }

    @Override
    public void writeAnswer(AnswerHead head, Answer answer, Request request, Utf8Buffer out) {
        StreamWriter.writeWhole(streamWriter(head, request), answer, out);
    }

    @Override
    public void writeError(Failure failure, Utf8Buffer out) {
        JsonWriter json = new JsonWriter(out).object().member("message", failure.detail());
        json.member("code", failure.kind().code()).endObject();
    }
}
