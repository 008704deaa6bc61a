/// The load generator: opens streams, keeps them running, and checks every event of every one.
///
/// Uses bare Netty on one event loop, and reads answers as raw bytes: a generator that decodes as
/// much as a client library does would measure itself. Never imports the gateway, never retries in
/// silence, and never drops a fault from the report.
@NullMarked
package dev.firsttoken.bench.load;

import org.jspecify.annotations.NullMarked;
