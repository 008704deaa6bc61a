package dev.firsttoken.gateway.upstream;

import dev.firsttoken.gateway.net.EventLoops;
import dev.firsttoken.wire.event.Failure;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.handler.proxy.HttpProxyHandler;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.resolver.NoopAddressResolverGroup;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Opens connections on one loop: name lookup, TCP, proxy tunnel and TLS, all within one deadline.
final class Connector {

    private static final Logger log = LoggerFactory.getLogger(Connector.class);

    /// Told exactly once, on the loop.
    interface Result {
        void connected(Channel channel, boolean speaksHttp2);

        void failed(Failure failure);
    }

    private final EventLoop loop;
    private final Resolver resolver;

    Connector(EventLoop loop, Resolver resolver) {
        this.loop = loop;
        this.resolver = resolver;
    }

    Attempt connect(Origin origin, long byNanos, Result result) {
        var attempt = new Attempt(origin, byNanos, result);
        attempt.begin();
        return attempt;
    }

    /// A connection in the making.
    final class Attempt {
        private final Origin origin;
        private final Result result;
        private final ScheduledFuture<?> deadline;
        private @Nullable Channel channel;
        private boolean over;

        Attempt(Origin origin, long byNanos, Result result) {
            this.origin = origin;
            this.result = result;
            this.deadline =
                    loop.schedule(this::tooLate, byNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
        }

        private void begin() {
            InetSocketAddress proxy = origin.proxy();
            String host = proxy == null ? origin.host() : proxy.getHostString();
            resolver.resolve(host, loop, this::resolved);
        }

        private void resolved(List<InetAddress> addresses) {
            if (over) {
                return;
            }
            if (addresses.isEmpty()) {
                fail(Failure.Kind.CONNECT_FAILED, "the provider's host name is not known");
                return;
            }
            // A proxy looks the provider's name up itself, and its own is the operator's.
            boolean asked =
                    origin.proxy() == null
                            && !NetUtil.isValidIpV4Address(origin.host())
                            && !NetUtil.isValidIpV6Address(origin.host());
            List<InetAddress> allowed =
                    asked
                            ? addresses.stream()
                                    .filter(a -> AddressPolicy.allows(a, origin.privateToo()))
                                    .toList()
                            : addresses;
            if (allowed.isEmpty()) {
                log.warn(
                        "{} stands for {}, which it may not (see providers[].private-addresses)",
                        origin.host(),
                        addresses.stream().map(InetAddress::getHostAddress).toList());
                fail(
                        Failure.Kind.CONNECT_FAILED,
                        "the provider's host name stands for an address that it may not");
                return;
            }
            tryAddress(allowed, 0);
        }

        private void tryAddress(List<InetAddress> addresses, int index) {
            InetSocketAddress proxy = origin.proxy();
            int port = proxy == null ? origin.port() : proxy.getPort();
            var address = new InetSocketAddress(addresses.get(index), port);
            // The handler that opens the tunnel wants the provider's own name, unresolved.
            var target =
                    proxy == null
                            ? address
                            : InetSocketAddress.createUnresolved(origin.host(), origin.port());
            var connecting =
                    new Bootstrap()
                            .group(loop)
                            .channel(EventLoops.clientChannel())
                            .resolver(NoopAddressResolverGroup.INSTANCE)
                            .option(ChannelOption.TCP_NODELAY, true)
                            .option(ChannelOption.SO_KEEPALIVE, true)
                            .option(ChannelOption.RECVBUF_ALLOCATOR, EventLoops.readBuffer())
                            .handler(new Pipeline(address))
                            .connect(target);
            channel = connecting.channel();
            connecting.addListener(connected -> {
                if (over) {
                    connecting.channel().close();
                } else if (!connected.isSuccess()) {
                    if (index + 1 < addresses.size()) {
                        tryAddress(addresses, index + 1);
                    } else {
                        fail(Failure.Kind.CONNECT_FAILED, "no connection to the provider");
                    }
                } else if (origin.tls() == null && proxy == null) {
                    succeed(connecting.channel(), origin.speaksHttp2WithoutAsking());
                }
            });
        }

        /// Nobody needs it any more: ends it without a word to whoever asked for it.
        void cancel() {
            if (!over) {
                over = true;
                stop();
            }
        }

        private void stop() {
            deadline.cancel(false);
            if (channel != null) {
                channel.close();
            }
        }

        private void tooLate() {
            fail(
                    Failure.Kind.CONNECT_TIMEOUT,
                    "no connection to the provider within the connect deadline");
        }

        private void succeed(Channel ready, boolean speaksHttp2) {
            if (over) {
                ready.close();
                return;
            }
            over = true;
            deadline.cancel(false);
            if (origin.proxy() != null) {
                ready.pipeline().remove(Quiet.class);
            }
            result.connected(ready, speaksHttp2);
        }

        private void fail(Failure.Kind kind, String detail) {
            if (over) {
                return;
            }
            over = true;
            stop();
            result.failed(Failure.of(kind, detail));
        }

        /// What stands between TCP and HTTP.
        private final class Pipeline extends ChannelInitializer<Channel> {
            private final InetSocketAddress first;

            Pipeline(InetSocketAddress first) {
                this.first = first;
            }

            @Override
            protected void initChannel(Channel opened) {
                if (origin.proxy() != null) {
                    opened.pipeline().addLast(tunnel(first)).addLast(new Quiet());
                }
                SslContext tls = origin.tls();
                if (tls != null) {
                    SslHandler handler =
                            tls.newHandler(opened.alloc(), origin.host(), origin.port());
                    opened.pipeline().addLast(handler).addLast(new Negotiated());
                }
            }
        }

        /// To the handler's mind the channel is connected as soon as the proxy is.
        private HttpProxyHandler tunnel(InetSocketAddress proxy) {
            var handler = new HttpProxyHandler(proxy);
            // There is one deadline for everything.
            handler.setConnectTimeoutMillis(0);
            handler.connectFuture()
                    .addListener(open -> {
                        if (!open.isSuccess()) {
                            fail(
                                    Failure.Kind.CONNECT_FAILED,
                                    "the proxy opened no tunnel to the provider");
                        } else if (origin.tls() == null) {
                            succeed((Channel) open.getNow(), origin.speaksHttp2WithoutAsking());
                        }
                    });
            return handler;
        }

        /// What goes wrong with the tunnel is told by its future.
        private static final class Quiet extends ChannelInboundHandlerAdapter {
            @Override
            public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
                ctx.close();
            }
        }

        /// TLS is up, or is not.
        private final class Negotiated extends ApplicationProtocolNegotiationHandler {
            Negotiated() {
                super(ApplicationProtocolNames.HTTP_1_1);
            }

            @Override
            protected void configurePipeline(ChannelHandlerContext ctx, String protocol) {
                succeed(ctx.channel(), ApplicationProtocolNames.HTTP_2.equals(protocol));
            }

            @Override
            protected void handshakeFailure(ChannelHandlerContext ctx, Throwable cause) {
                tlsFailed(cause);
                ctx.close();
            }

            @Override
            public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
                tlsFailed(cause);
                ctx.close();
            }

            /// Why is for whoever runs the server: it names hosts and certificates.
            private void tlsFailed(Throwable cause) {
                log.warn("TLS with {} failed: {}", origin.host(), cause.toString());
                fail(Failure.Kind.CONNECT_FAILED, "TLS with the provider failed");
            }
        }
    }
}
