/// Connections to providers: [Upstreams] opens calls, reuses connections and cancels what nobody
/// waits for.
///
/// Uses Netty and the loops of `net`. Never decides whether to try again elsewhere, never looks
/// inside a body, and never follows a redirect.
@NullMarked
package dev.firsttoken.gateway.upstream;

import org.jspecify.annotations.NullMarked;
