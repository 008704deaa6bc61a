package dev.firsttoken.gateway.upstream;

import dev.firsttoken.wire.event.Failure;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;

/// What happens on one [call][UpstreamCall], told on the call's event loop and in this order:
/// [#head], any number of [#body], then exactly one of [#end] and [#failed]. Nothing is told after
/// a cancel.
public interface UpstreamListener {

    /// A connection is there and the request is on its way.
    void connected();

    /// The response's status and headers.
    void head(int status, HttpHeaders headers);

    /// The next bytes of the body. The buffer is the caller's and is gone after the call.
    void body(ByteBuf bytes);

    /// Nothing more is there to read right now: the moment to pass on what has been gathered.
    void readComplete();

    /// The body is complete as HTTP defines it.
    void end();

    /// The call is over without a complete body.
    void failed(Failure failure);
}
