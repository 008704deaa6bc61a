package dev.firsttoken.wire.dialect.gemini;

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
import dev.firsttoken.wire.json.Utf8Buffer;
import dev.firsttoken.wire.message.Answer;
import dev.firsttoken.wire.message.Request;
import dev.firsttoken.wire.sse.SseFrame;
import java.util.Map;
import java.util.function.Consumer;

/// The Gemini dialect: `POST /v1beta/models/{model}:generateContent` and
/// `:streamGenerateContent?alt=sse`.
public final class GeminiCodec implements PassingCodec {

    private static final Map<String, String> JSON = Map.of("content-type", "application/json");

    public static final GeminiCodec INSTANCE = new GeminiCodec();

    private GeminiCodec() {}

    @Override
    public String dialect() {
        return GeminiWords.DIALECT;
    }

    @Override
    public Request readRequest(String path, Headers headers, byte[] body)
            throws InvalidRequestException {
        return GeminiRequestReader.read(path, body);
    }

    @Override
    public String streamType() {
        return "text/event-stream";
    }

    @Override
    public StreamWriter streamWriter(AnswerHead head, Request request) {
        return new GeminiStreamWriter(head);
    }

    @Override
    public void writeAnswer(AnswerHead head, Answer answer, Request request, Utf8Buffer out) {
        GeminiAnswerWriter.write(head, answer, out);
    }

    @Override
    public void writeError(Failure failure, Utf8Buffer out) {
        GeminiErrors.write(failure, out);
    }

    @Override
    public String path(Request request, String model) {
        return GeminiRequestWriter.path(request, model);
    }

    @Override
    public Map<String, String> headers(Request request) {
        return JSON;
    }

    @Override
    public boolean namesModelInBody() {
        return false;
    }

    @Override
    public FrameReader<SseFrame> frameReader(int maxEventBytes) {
        return new GeminiFrameReader(maxEventBytes);
    }

    @Override
    public WrittenRequest writeRequest(Request request, String model) {
        return new GeminiRequestWriter(request, model).write();
    }

    @Override
    public StreamReader streamReader(int maxEventBytes) {
        return new SseStreamReader(new GeminiFrameReader(maxEventBytes), maxEventBytes);
    }

    @Override
    public void readAnswer(byte[] body, Consumer<StreamEvent> events) {
        GeminiAnswerReader.read(body, events);
    }

    @Override
    public Failure readError(int status, Headers headers, byte[] body) {
        return GeminiErrors.readBody(status, headers, body);
    }
}
