package dev.firsttoken.wire.dialect.cohere;

import dev.firsttoken.wire.dialect.Headers;
import dev.firsttoken.wire.dialect.ProviderCodec;
import dev.firsttoken.wire.dialect.SseStreamReader;
import dev.firsttoken.wire.dialect.StreamReader;
import dev.firsttoken.wire.dialect.WrittenRequest;
import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.message.Request;
import java.util.function.Consumer;

/// The chat dialect of Cohere, version 2: `POST /v2/chat`.
public final class CohereCodec implements ProviderCodec {

    public static final CohereCodec INSTANCE = new CohereCodec();

    private CohereCodec() {}

    @Override
    public String dialect() {
        return CohereWords.DIALECT;
    }

    @Override
    public String streamType() {
        return "text/event-stream";
    }

    @Override
    public WrittenRequest writeRequest(Request request, String model) {
        return new CohereRequestWriter(request, model).write();
    }

    @Override
    public StreamReader streamReader(int maxEventBytes) {
        return new SseStreamReader(new CohereFrameReader(), maxEventBytes);
    }

    @Override
    public void readAnswer(byte[] body, Consumer<StreamEvent> events) {
        CohereAnswerReader.read(body, events);
    }

    @Override
    public Failure readError(int status, Headers headers, byte[] body) {
        return CohereErrors.readBody(status, headers, body);
    }
}
