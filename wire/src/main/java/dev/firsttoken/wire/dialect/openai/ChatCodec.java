package dev.firsttoken.wire.dialect.openai;

import dev.firsttoken.wire.dialect.AnswerHead;
import dev.firsttoken.wire.dialect.CheckedStreamWriter;
import dev.firsttoken.wire.dialect.ClientCodec;
import dev.firsttoken.wire.dialect.ErrorReading;
import dev.firsttoken.wire.dialect.Headers;
import dev.firsttoken.wire.dialect.ProviderCodec;
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
import java.util.function.Consumer;

/// The OpenAI chat completions dialect: `POST /v1/chat/completions`.
///
/// Where both sides speak it, [ChatRequest] and [ChatChunkScan] let the bytes through instead.
public final class ChatCodec implements ClientCodec, ProviderCodec {

    static final String DIALECT = "openai-chat";

    public static final ChatCodec INSTANCE = new ChatCodec();

    private ChatCodec() {}

    @Override
    public String dialect() {
        return DIALECT;
    }

    @Override
    public Request readRequest(String path, Headers headers, byte[] body)
            throws InvalidRequestException {
        return ChatRequestReader.read(body);
    }

    @Override
    public String streamType() {
        return "text/event-stream; charset=utf-8";
    }

    @Override
    public StreamWriter streamWriter(AnswerHead head, Request request) {
        return new CheckedStreamWriter(
                new ChatStreamWriter(
                        "chatcmpl-" + head.id(),
                        head.model(),
                        head.createdSeconds(),
                        request.usageWanted()));
    }

    @Override
    public void writeAnswer(AnswerHead head, Answer answer, Request request, Utf8Buffer out) {
        ChatCompletionWriter.write(
                "chatcmpl-" + head.id(), head.model(), head.createdSeconds(), answer, out);
    }

    @Override
    public void writeError(Failure failure, Utf8Buffer out) {
        ChatErrors.write(failure, out);
    }

    @Override
    public WrittenRequest writeRequest(Request request, String model) {
        return ChatRequestWriter.write(request, model);
    }

    @Override
    public StreamReader streamReader(int maxEventBytes) {
        return new SseStreamReader(new ChatStreamReader(), maxEventBytes);
    }

    @Override
    public void readAnswer(byte[] body, Consumer<StreamEvent> events) {
        new ChatStreamReader().readWhole(body, events);
    }

    @Override
    public Failure readError(int status, Headers headers, byte[] body) {
        return ErrorReading.failure(status, headers, ChatErrors.message(body));
    }
}
