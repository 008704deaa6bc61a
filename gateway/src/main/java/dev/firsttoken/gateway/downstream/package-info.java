/// Connections from clients: [DownstreamServer] accepts them and turns each request into a
/// [ClientExchange].
///
/// Uses Netty and the loops of `net`. Never knows a route, a key or a model, and never calls a
/// provider.
@NullMarked
package dev.firsttoken.gateway.downstream;

import org.jspecify.annotations.NullMarked;
