package dev.firsttoken.wire.dialect.bedrock;

import dev.firsttoken.wire.dialect.AnswerHead;
import dev.firsttoken.wire.dialect.EventStreamReader;
import dev.firsttoken.wire.dialect.Headers;
import dev.firsttoken.wire.dialect.PassingCodec;
import dev.firsttoken.wire.dialect.StreamReader;
import dev.firsttoken.wire.dialect.StreamWriter;
import dev.firsttoken.wire.dialect.WrittenRequest;
import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.event.InvalidRequestException;
import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.json.Utf8Buffer;
import dev.firsttoken.wire.message.Answer;
import dev.firsttoken.wire.message.Request;
import java.util.Map;
import java.util.function.Consumer;

/// The Converse dialect of Amazon Bedrock: `POST /model/{model}/converse` and `/converse-stream`.
public final class BedrockCodec implements PassingCodec {

    public static final BedrockCodec INSTANCE = new BedrockCodec();

    private BedrockCodec() {}

    @Override
    public String dialect() {
        return BedrockWords.DIALECT;
    }

    @Override
    public Request readRequest(String path, Headers headers, byte[] body)
            throws InvalidRequestException {
        return BedrockRequestReader.read(path, body);
    }

    @Override
    public String streamType() {
        return BedrockMessages.TYPE;
    }

    @Override
    public StreamWriter streamWriter(AnswerHead head, Request request) {
        return new BedrockStreamWriter(head);
    }

    @Override
    public void writeAnswer(AnswerHead head, Answer answer, Request request, Utf8Buffer out) {
        BedrockAnswerWriter.write(answer, out);
    }

    @Override
    public Map<String, String> errorHeaders(Failure failure) {
        return Map.of(BedrockErrors.TYPE_HEADER, BedrockErrors.type(failure));
    }

    @Override
    public void writeError(Failure failure, Utf8Buffer out) {
        BedrockErrors.write(failure, out);
    }

    @Override
    public int status(Failure failure) {
        return BedrockErrors.status(failure);
    }

    @Override
    public String path(Request request, String model) {
        return BedrockRequestWriter.path(request, model);
    }

    @Override
    public Map<String, String> headers(Request request) {
        return BedrockRequestWriter.headers(request);
    }

    @Override
    public boolean namesModelInBody() {
        return false;
    }

    @Override
    public WrittenRequest writeRequest(Request request, String model) {
        return new BedrockRequestWriter(request, model).write();
    }

    @Override
    public StreamReader streamReader(int maxEventBytes) {
        return new EventStreamReader(new BedrockFrameReader(), maxEventBytes);
    }

    @Override
    public void readAnswer(byte[] body, Consumer<StreamEvent> events) {
        BedrockAnswerReader.read(body, events);
    }

    @Override
    public Failure readError(int status, Headers headers, byte[] body) {
        return BedrockErrors.readBody(status, headers, body);
    }
}
