package dev.firsttoken.gateway.relay;

import dev.firsttoken.gateway.routing.Deployment;
import dev.firsttoken.gateway.upstream.UpstreamCall;
import dev.firsttoken.gateway.upstream.UpstreamListener;
import dev.firsttoken.gateway.upstream.UpstreamRequest;
import dev.firsttoken.gateway.upstream.Upstreams;
import dev.firsttoken.wire.dialect.WrittenRequest;
import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.json.Utf8Buffer;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.concurrent.FastThreadLocal;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The provider's half of one attempt: a response is taken for a stream or for a refusal.
///
/// Owned by the stream's event loop.
final class ProviderCall implements UpstreamListener {

    /// Told on the event loop, and nothing more once the call is over.
    interface Owner {
        /// The next bytes of the provider's stream, valid only during the call.
        void bytes(byte[] bytes, int from, int to);

        /// Those were all.
        void endOfBytes();

        /// Nothing more is there to read right now.
        void readComplete();

        /// Nothing will follow.
        ///
        /// @param cut why the body is incomplete, or null when it is complete as HTTP defines it
        void bodyEnded(@Nullable Failure cut);

        /// The stream cannot be read on.
        void broke(Failure failure);

        /// The response is no stream.
        void refused(Attempt.Refused refused);
    }

    /// A loop's scratch space for bytes on their way from a network buffer to the lane.
    private static final FastThreadLocal<byte[]> SCRATCH =
            new FastThreadLocal<>() {
                @Override
                protected byte[] initialValue() {
                    return new byte[64 * 1024];
                }
            };

    private final Deployment deployment;
    private final Owner owner;
    private @Nullable UpstreamCall call;
    private int status;
    private Map<String, String> headers = Map.of();
    private @Nullable Utf8Buffer errorBody;

    ProviderCall(Deployment deployment, Owner owner) {
        this.deployment = deployment;
        this.owner = owner;
    }

    void start(EventLoop loop, Upstreams upstreams, WrittenRequest request, Duration connect) {
        call =
                upstreams.open(
                        loop,
                        deployment.endpoint(),
                        UpstreamRequest.stream(
                                request.path(),
                                request.headers(),
                                request.body(),
                                deployment.dialect().codec().streamType()),
                        connect,
                        this);
    }

    /// Whether nothing will come of it any more.
    boolean isOver() {
        return call == null;
    }

    void pause() {
        if (call != null) {
            call.pause();
        }
    }

    void resume() {
        if (call != null) {
            call.resume();
        }
    }

    /// Breaks it off; the provider notices.
    void cancel() {
        if (call != null) {
            call.cancel();
            call = null;
        }
    }

    /// Everything was said.
    void leave() {
        if (call != null) {
            call.leave();
            call = null;
        }
    }

    Deployment deployment() {
        return deployment;
    }

    /// The provider's headers that a client may see.
    Map<String, String> headers() {
        return headers;
    }

    /// The same text without the credential that the provider was shown.
    String withoutSecret(String said) {
        return deployment.endpoint().withoutSecret(said);
    }

    @Override
    public void connected() {
        // The first-token deadline runs since the attempt's start, so there is nothing to do.
    }

    @Override
    public void head(int responseStatus, HttpHeaders responseHeaders) {
        status = responseStatus;
        headers = ProviderHeaders.passed(responseHeaders, deployment.dialect());
        if (status != 200) {
            errorBody = new Utf8Buffer(512);
            return;
        }
        Attempt.Refused unreadable = ProviderRefusal.ofType(responseHeaders, deployment.dialect());
        if (unreadable == null) {
            unreadable = ProviderRefusal.ofCompressed(status, responseHeaders);
        }
        if (unreadable != null) {
            refuse(unreadable);
        }
    }

    private void refuse(Attempt.Refused refused) {
        cancel();
        owner.refused(refused);
    }

    @Override
    public void body(ByteBuf bytes) {
        int count = bytes.readableBytes();
        if (errorBody != null) {
            int room = ProviderRefusal.maxBodyBytes() - errorBody.length();
            byte[] part = new byte[Math.min(count, Math.max(0, room))];
            bytes.readBytes(part);
            errorBody.put(part);
            return;
        }
        byte[] scratch = SCRATCH.get();
        while (count > 0 && call != null) {
            int part = Math.min(count, scratch.length);
            bytes.readBytes(scratch, 0, part);
            owner.bytes(scratch, 0, part);
            count -= part;
        }
    }

    @Override
    public void readComplete() {
        owner.readComplete();
    }

    @Override
    public void end() {
        if (errorBody != null) {
            owner.refused(ProviderRefusal.of(deployment, status, headers, errorBody));
            return;
        }
        owner.endOfBytes();
        if (call != null) {
            owner.bodyEnded(null);
        }
    }

    @Override
    public void failed(Failure failure) {
        if (errorBody != null) {
            // The status alone says enough, and it is all that is left.
            owner.refused(ProviderRefusal.of(deployment, status, headers, errorBody));
        } else {
            owner.bodyEnded(failure);
        }
    }
}
