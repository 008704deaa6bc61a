package dev.firsttoken.gateway.upstream;

import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.json.Utf8Buffer;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// Gathers a small response for somebody who waits for it.
final class Fetch implements UpstreamListener {

    private final CompletableFuture<Fetched> result = new CompletableFuture<>();
    private final Utf8Buffer body = new Utf8Buffer(1024);
    private final int maxBytes;
    private int status;
    private @Nullable UpstreamCall call;

    Fetch(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    CompletableFuture<Fetched> result() {
        return result;
    }

    void runs(UpstreamCall as) {
        call = as;
    }

    void cancel() {
        if (call != null) {
            call.cancel();
        }
        result.complete(Fetched.NOTHING);
    }

    @Override
    public void connected() {
        // Whoever waits has a deadline of its own.
    }

    @Override
    public void head(int responseStatus, HttpHeaders headers) {
        status = responseStatus;
    }

    @Override
    public void body(ByteBuf bytes) {
        if (body.length() + bytes.readableBytes() > maxBytes) {
            cancel();
            return;
        }
        byte[] part = new byte[bytes.readableBytes()];
        bytes.readBytes(part);
        body.put(part);
    }

    @Override
    public void readComplete() {
        // Nothing is passed on before the end.
    }

    @Override
    public void end() {
        result.complete(new Fetched(status, body.toByteArray()));
    }

    @Override
    public void failed(Failure failure) {
        result.complete(Fetched.NOTHING);
    }
}
