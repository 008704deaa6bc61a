/// The event loops that move all bytes, and the kernel interface they use.
///
/// Uses Netty's transports. Never knows HTTP, a stream or a provider.
@NullMarked
package dev.firsttoken.gateway.net;

import org.jspecify.annotations.NullMarked;
