/// The stream as a log with readers: [StreamLog] keeps what was said, a [LogCursor] is a place in
/// it.
///
/// Uses nothing but the JDK; everything belongs to the stream's event loop. Never knows what the
/// bytes mean or where they go.
@NullMarked
package dev.firsttoken.gateway.log;

import org.jspecify.annotations.NullMarked;
