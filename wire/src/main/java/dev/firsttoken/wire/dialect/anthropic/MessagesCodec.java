package dev.firsttoken.wire.dialect.anthropic;

import dev.firsttoken.wire.dialect.AnswerHead;
import dev.firsttoken.wire.dialect.FrameReader;
import dev.firsttoken.wire.dialect.Headers;
import dev.firsttoken.wire.dialect.PassingCodec;
import dev.firsttoken.wire.dialect.SseStreamReader;
import dev.firsttoken.wire.dialect.StreamReader;
import dev.firsttoken.wire.dialect.StreamWriter;
import dev.firsttoken.wire.dialect.WrittenRequest;
import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.event.InvalidRequestException;
import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.json.JsonCursor;
import dev.firsttoken.wire.json.JsonException;
import dev.firsttoken.wire.json.Utf8Buffer;
import dev.firsttoken.wire.message.Answer;
import dev.firsttoken.wire.message.Request;
import dev.firsttoken.wire.sse.SseFrame;
import java.util.Map;
import java.util.function.Consumer;

/// The Anthropic Messages dialect: `POST /v1/messages` and `POST /v1/messages/count_tokens`.
public final class MessagesCodec implements PassingCodec {

    public static final MessagesCodec INSTANCE = new MessagesCodec();

    private MessagesCodec() {}

    @Override
    public String dialect() {
        return MessagesWords.DIALECT;
    }

    @Override
    public Request readRequest(String path, Headers headers, byte[] body)
            throws InvalidRequestException {
        return MessagesRequestReader.read(headers, body, false);
    }

    @Override
    public String streamType() {
        return "text/event-stream; charset=utf-8";
    }

    @Override
    public StreamWriter streamWriter(AnswerHead head, Request request) {
        return new MessagesStreamWriter(head);
    }

    @Override
    public void writeAnswer(AnswerHead head, Answer answer, Request request, Utf8Buffer out) {
        MessagesAnswerWriter.write(head, answer, out);
    }

    @Override
    public void writeError(Failure failure, Utf8Buffer out) {
        MessagesErrors.write(failure, out);
    }

    @Override
    public int status(Failure failure) {
        return MessagesErrors.status(failure);
    }

    @Override
    public String path(Request request, String model) {
        return "/v1/messages";
    }

    @Override
    public Map<String, String> headers(Request request) {
        return MessagesRequestWriter.headers(request);
    }

    @Override
    public FrameReader<SseFrame> frameReader(int maxEventBytes) {
        return new MessagesFrameReader();
    }

    @Override
    public WrittenRequest writeRequest(Request request, String model) {
        return MessagesRequestWriter.write(request, model);
    }

    @Override
    public StreamReader streamReader(int maxEventBytes) {
        return new SseStreamReader(new MessagesFrameReader(), maxEventBytes);
    }

    @Override
    public void readAnswer(byte[] body, Consumer<StreamEvent> events) {
        new MessagesAnswerReader().read(body, events);
    }

    @Override
    public Failure readError(int status, Headers headers, byte[] body) {
        return MessagesErrors.readBody(status, headers, body);
    }

    /// Understands `POST /v1/messages/count_tokens`.
    public Request readCountRequest(Headers headers, byte[] body) throws InvalidRequestException {
        return MessagesRequestReader.read(headers, body, true);
    }

    /// Writes `POST /v1/messages/count_tokens`.
    public WrittenRequest writeCountRequest(Request request, String model) {
        return MessagesRequestWriter.writeCount(request, model);
    }

    /// Writes what a count is answered with.
    public void writeCount(long inputTokens, Utf8Buffer out) {
        out.raw("{\"input_tokens\":").number(inputTokens).raw("}");
    }

    /// Reads what a count was answered with.
    ///
    /// @throws JsonException when it is not a count
    public long readCount(byte[] body) throws JsonException {
        var json = new JsonCursor();
        json.reset(body, 0, body.length);
        long count = -1;
        json.enterObject();
        while (json.nextField()) {
            if (json.field().equals("input_tokens")) {
                count = json.number();
            } else {
                json.skip();
            }
        }
        json.end();
        if (count < 0) {
            throw new JsonException("input_tokens", body.length);
        }
        return count;
    }
}
