package dev.firsttoken.gateway.upstream;

import dev.firsttoken.wire.event.Failure;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// All connections of one loop to one endpoint.
///
/// HTTP/1.1: a call takes an idle connection or opens one, and gives it back when its response is
/// complete. HTTP/2: calls share connections; while one is being opened, further calls wait for it
/// instead of opening their own.
final class OriginConnections {

    private static final int MAX_IDLE = 256;

    private final Endpoint endpoint;
    private final Connector connector;
    private final Supplier<UpstreamSettings> settings;
    private final Duration longestIdle;
    private final Runnable onRetry;
    private final Deque<Http1Connection> idle = new ArrayDeque<>();
    private final List<Http2Connection> shared = new ArrayList<>();
    private final Deque<UpstreamCall> waiting = new ArrayDeque<>();
    private Connector.@Nullable Attempt connectingShared;
    private int connecting;

    /// HTTP/1.1 connections, idle or not: while there is one, it may come back.
    private int connected;

    /// Whether this endpoint is known to speak HTTP/2: by configuration, or because ALPN said so.
    private boolean http2;

    OriginConnections(
            Endpoint endpoint,
            Connector connector,
            Supplier<UpstreamSettings> settings,
            Duration longestIdle,
            Runnable onRetry) {
        this.endpoint = endpoint;
        this.connector = connector;
        this.settings = settings;
        this.longestIdle = longestIdle;
        this.onRetry = onRetry;
        this.http2 = endpoint.origin().speaksHttp2WithoutAsking();
    }

    void start(UpstreamCall call) {
        if (http2) {
            startShared(call);
            return;
        }
        Http1Connection connection;
        while ((connection = idle.pollFirst()) != null) {
            if (connection.isUsable()) {
                connection.sendAgain(call, request(call));
                return;
            }
        }
        startFresh(call);
    }

    /// Sends a request once more on a connection that has not served another: a *retry*. It is for
    /// requests that nobody can have worked on, and there is one per call.
    void retry(UpstreamCall call) {
        onRetry.run();
        call.retries();
        call.guard(() -> startFresh(call));
    }

    /// Starts a call on a connection that has not served another.
    void startFresh(UpstreamCall call) {
        if (call.isOver()) {
            return;
        }
        if (http2) {
            startShared(call);
        } else {
            Connector.Attempt attempt = connect(call);
            call.waits(() -> abandon(attempt));
        }
    }

    private void startShared(UpstreamCall call) {
        for (Http2Connection connection : shared) {
            if (connection.hasRoom()) {
                connection.send(call, request(call), endpoint.origin().tls() != null);
                return;
            }
        }
        waiting.add(call);
        call.waits(() -> stopWaiting(call));
        if (connectingShared == null) {
            connectingShared = connectShared(call.connectByNanos());
        }
    }

    private void stopWaiting(UpstreamCall call) {
        waiting.remove(call);
        if (waiting.isEmpty() && connectingShared != null) {
            abandon(connectingShared);
            connectingShared = null;
        }
    }

    private void abandon(Connector.Attempt attempt) {
        attempt.cancel();
        connecting--;
    }

    /// Opens a connection for one call.
    private Connector.Attempt connect(UpstreamCall call) {
        connecting++;
        return connector.connect(
                endpoint.origin(),
                call.connectByNanos(),
                new Connector.Result() {
                    @Override
                    public void connected(Channel channel, boolean speaksHttp2) {
                        connecting--;
                        call.guard(() -> ready(call, channel, speaksHttp2));
                    }

                    @Override
                    public void failed(Failure failure) {
                        connecting--;
                        call.failed(failure);
                    }
                });
    }

    private void ready(UpstreamCall call, Channel channel, boolean speaksHttp2) {
        if (speaksHttp2) {
            http2 = true;
            shared.add(Http2Connection.on(channel, this, settings.get()));
            if (!call.isOver()) {
                startShared(call);
            }
            return;
        }
        Http1Connection connection = unshared(channel);
        if (call.isOver()) {
            putIdle(connection);
        } else {
            connection.send(call, request(call));
        }
    }

    private Http1Connection unshared(Channel channel) {
        var connection = Http1Connection.on(channel, this, settings.get());
        connected++;
        channel.closeFuture().addListener(_ -> connected--);
        return connection;
    }

    /// Opens a connection for all calls that wait.
    ///
    /// @param byNanos the deadline of the one that has waited longest
    private Connector.Attempt connectShared(long byNanos) {
        connecting++;
        return connector.connect(
                endpoint.origin(),
                byNanos,
                new Connector.Result() {
                    @Override
                    public void connected(Channel channel, boolean speaksHttp2) {
                        connecting--;
                        connectingShared = null;
                        sharedReady(channel, speaksHttp2);
                    }

                    @Override
                    public void failed(Failure failure) {
                        connecting--;
                        connectingShared = null;
                        sharedFailed(failure);
                    }
                });
    }

    private void sharedReady(Channel channel, boolean speaksHttp2) {
        if (speaksHttp2) {
            shared.add(Http2Connection.on(channel, this, settings.get()));
            serveWaiting();
            return;
        }
        // It has changed its mind about HTTP/2, so everybody needs a connection of their own.
        http2 = false;
        putIdle(unshared(channel));
        List<UpstreamCall> all = List.copyOf(waiting);
        waiting.clear();
        all.forEach(call -> call.guard(() -> start(call)));
    }

    private void sharedFailed(Failure failure) {
        boolean tooLate = failure.kind() == Failure.Kind.CONNECT_TIMEOUT;
        long now = System.nanoTime();
        for (int left = waiting.size(); left > 0; left--) {
            UpstreamCall call = waiting.remove();
            if (tooLate && call.connectByNanos() - now > 0) {
                // It was the deadline of somebody who has waited longer.
                waiting.add(call);
            } else {
                call.failed(failure);
            }
        }
        UpstreamCall next = waiting.peek();
        if (next != null && connectingShared == null) {
            connectingShared = connectShared(next.connectByNanos());
        }
    }

    private void serveWaiting() {
        int count = waiting.size();
        for (int i = 0; i < count; i++) {
            UpstreamCall call = waiting.poll();
            if (call != null && !call.isOver()) {
                call.guard(() -> startShared(call));
            }
        }
    }

    /// A connection has said how many streams it takes.
    void gainedRoom(Http2Connection connection) {
        if (connection.hasRoom()) {
            serveWaiting();
        }
    }

    void lost(Http2Connection connection) {
        shared.remove(connection);
    }

    void putIdle(Http1Connection connection) {
        if (idle.size() >= MAX_IDLE) {
            connection.close();
        } else {
            idle.addFirst(connection);
        }
    }

    /// Closes what has been idle for too long.
    void sweep(long nowNanos) {
        long before = nowNanos - longestIdle.toNanos();
        while (!idle.isEmpty() && idle.peekLast().idleSinceNanos() - before < 0) {
            idle.pollLast().close();
        }
        for (Http2Connection connection : List.copyOf(shared)) {
            if (connection.isIdleSince(before)) {
                shared.remove(connection);
                connection.close();
            }
        }
    }

    boolean isEmpty() {
        return connecting == 0 && connected == 0 && shared.isEmpty() && waiting.isEmpty();
    }

    /// The complete request: nothing of the client's own headers is in it.
    private FullHttpRequest request(UpstreamCall call) {
        UpstreamRequest wanted = call.request();
        var request =
                new DefaultFullHttpRequest(
                        HttpVersion.HTTP_1_1,
                        HttpMethod.valueOf(wanted.method()),
                        endpoint.path(wanted.path()),
                        Unpooled.wrappedBuffer(wanted.body()));
        HttpHeaders headers = request.headers();
        headers.set(HttpHeaderNames.HOST, endpoint.origin().authority());
        headers.set(HttpHeaderNames.USER_AGENT, "firsttoken");
        wanted.headers().forEach(headers::set);
        headers.set(HttpHeaderNames.ACCEPT, wanted.accept());
        headers.set(HttpHeaderNames.ACCEPT_ENCODING, HttpHeaderValues.IDENTITY);
        String type = wanted.contentType();
        if (type != null) {
            headers.set(HttpHeaderNames.CONTENT_TYPE, type);
            headers.setInt(HttpHeaderNames.CONTENT_LENGTH, wanted.body().length);
        }
        endpoint.authorize(headers);
        return request;
    }
}
