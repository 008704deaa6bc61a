/// The Anthropic Messages dialect, both halves. Its source is Anthropic's API reference, "Messages"
/// and "Streaming messages", version 2023-06-01; an error in a stream is `event: error`, a
/// heartbeat is `event: ping`. Never does I/O.
@NullMarked
package dev.firsttoken.wire.dialect.anthropic;

import org.jspecify.annotations.NullMarked;
