/// What the hot path costs by itself, without sockets: events per second, bytes per second, bytes
/// allocated per event.
///
/// Uses wire and JMH. Never touches the network, so what it says holds on a busy machine as far as
/// allocation goes, and on a quiet one as far as time goes.
@NullMarked
package dev.firsttoken.bench.jmh;

import org.jspecify.annotations.NullMarked;
