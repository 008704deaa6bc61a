package dev.firsttoken.gateway.upstream;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpDecoderConfig;

/// Turns a connected channel into an HTTP/1.1 connection.
final class Http1Pipeline {

    private static final int MAX_STATUS_LINE_BYTES = 4096;

    private Http1Pipeline() {}

    static Http1Connection on(Channel channel, OriginConnections pool, int maxHeadBytes) {
        var connection = new Http1Connection(pool, channel);
        var config =
                new HttpDecoderConfig()
                        .setMaxInitialLineLength(MAX_STATUS_LINE_BYTES)
                        .setMaxHeaderSize(maxHeadBytes)
                        .setInitialBufferSize(128);
        channel.pipeline().addLast(new HttpClientCodec(config, false, false)).addLast(connection);
        return connection;
    }
}
