package dev.firsttoken.wire.dialect.responses;

import dev.firsttoken.wire.dialect.AnswerHead;
import dev.firsttoken.wire.dialect.CheckedStreamWriter;
import dev.firsttoken.wire.dialect.ClientCodec;
import dev.firsttoken.wire.dialect.Headers;
import dev.firsttoken.wire.dialect.ProviderCodec;
import dev.firsttoken.wire.dialect.SseStreamReader;
import dev.firsttoken.wire.dialect.StreamReader;
import dev.firsttoken.wire.dialect.StreamWriter;
import dev.firsttoken.wire.dialect.WrittenRequest;
import dev.firsttoken.wire.dialect.openai.ChatErrors;
import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.event.InvalidRequestException;
import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.json.Utf8Buffer;
import dev.firsttoken.wire.message.Answer;
import dev.firsttoken.wire.message.Request;
import java.util.function.Consumer;

/// The OpenAI Responses dialect: `POST /v1/responses`.
public final class ResponsesCodec implements ClientCodec, ProviderCodec {

    public static final ResponsesCodec INSTANCE = new ResponsesCodec();

    /// The field of a request's extras that names the response it goes on from. Who keeps responses
    /// puts the messages of that one before those of the request; a provider of this dialect can do
    /// so itself.
    public static final String PREVIOUS_RESPONSE_ID = "previous_response_id";

    /// The field of a request's extras that asks for an answer nobody waits for.
    public static final String BACKGROUND = "background";

    private ResponsesCodec() {}

    @Override
    public String dialect() {
        return ResponsesWords.DIALECT;
    }

    @Override
    public Request readRequest(String path, Headers headers, byte[] body)
            throws InvalidRequestException {
        return ResponsesRequestReader.read(body);
    }

    @Override
    public String streamType() {
        return "text/event-stream; charset=utf-8";
    }

    @Override
    public StreamWriter streamWriter(AnswerHead head, Request request) {
        return new CheckedStreamWriter(new ResponsesStreamWriter(head, request));
    }

    @Override
    public void writeAnswer(AnswerHead head, Answer answer, Request request, Utf8Buffer out) {
        ResponsesStreamWriter.writeWhole(head, answer, request, out);
    }

    @Override
    public void writeError(Failure failure, Utf8Buffer out) {
        ChatErrors.write(failure, out);
    }

    @Override
    public WrittenRequest writeRequest(Request request, String model) {
        return ResponsesRequestWriter.write(request, model);
    }

    @Override
    public StreamReader streamReader(int maxEventBytes) {
        return new SseStreamReader(new ResponsesFrameReader(), maxEventBytes);
    }

    @Override
    public void readAnswer(byte[] body, Consumer<StreamEvent> events) {
        ResponsesAnswerReader.read(body, events);
    }

    @Override
    public Failure readError(int status, Headers headers, byte[] body) {
        return ResponsesErrors.readBody(status, headers, body);
    }
}
