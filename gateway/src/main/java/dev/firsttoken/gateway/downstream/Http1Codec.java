package dev.firsttoken.gateway.downstream;

import io.netty.channel.CombinedChannelDuplexHandler;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseEncoder;

/// Requests in and responses out, in the form of HTTP/1.
final class Http1Codec extends CombinedChannelDuplexHandler<RequestDecoder, HttpResponseEncoder> {

    private final RequestDecoder decoder;
    private boolean toHead;
    private Runnable onHeadBegun = () -> {};

    Http1Codec(ServerSettings settings) {
        var config =
                new HttpDecoderConfig()
                        .setMaxInitialLineLength(settings.http().requestLineBytes())
                        .setMaxHeaderSize(settings.maxHeadBytes())
                        .setInitialBufferSize(128);
        decoder = new RequestDecoder(config, settings.http().headers(), () -> onHeadBegun.run());
        init(
                decoder,
                new HttpResponseEncoder() {
                    @Override
                    protected boolean isContentAlwaysEmpty(HttpResponse response) {
                        return toHead || super.isContentAlwaysEmpty(response);
                    }
                });
    }

    /// Runs an action whenever the first byte of a request has arrived.
    void onHeadBegun(Runnable action) {
        onHeadBegun = action;
    }

    boolean isInsideHead() {
        return decoder.isInsideHead();
    }

    /// Says whether the next response answers a HEAD request, and so has no body.
    void nextAnswersHead(boolean head) {
        toHead = head;
    }
}
