package dev.firsttoken.wire.dialect.ollama;

import dev.firsttoken.wire.dialect.AnswerHead;
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

/// The native dialect of Ollama: `POST /api/chat`.
public final class OllamaCodec implements PassingCodec {

    private static final Map<String, String> JSON = Map.of("content-type", "application/json");

    public static final OllamaCodec INSTANCE = new OllamaCodec();

    private OllamaCodec() {}

    @Override
    public String dialect() {
        return OllamaWords.DIALECT;
    }

    @Override
    public Request readRequest(String path, Headers headers, byte[] body)
            throws InvalidRequestException {
        return OllamaRequestReader.read(body);
    }

    @Override
    public String streamType() {
        return "application/x-ndjson";
    }

    @Override
    public StreamWriter streamWriter(AnswerHead head, Request request) {
        return new OllamaStreamWriter(head);
    }

    @Override
    public void writeAnswer(AnswerHead head, Answer answer, Request request, Utf8Buffer out) {
        OllamaAnswerWriter.write(head, answer, out);
    }

    @Override
    public void writeError(Failure failure, Utf8Buffer out) {
        OllamaErrors.write(failure, out);
    }

    @Override
    public String path(Request request, String model) {
        return "/api/chat";
    }

    @Override
    public Map<String, String> headers(Request request) {
        return JSON;
    }

    @Override
    public WrittenRequest writeRequest(Request request, String model) {
        return new OllamaRequestWriter(request, model).write();
    }

    @Override
    public StreamReader streamReader(int maxEventBytes) {
        return new OllamaStreamReader(maxEventBytes);
    }

    @Override
    public void readAnswer(byte[] body, Consumer<StreamEvent> events) {
        OllamaAnswerReader.read(body, events);
    }

    @Override
    public Failure readError(int status, Headers headers, byte[] body) {
        return OllamaErrors.readBody(status, headers, body);
    }
}
