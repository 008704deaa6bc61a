/// Server-sent events as bytes: cutting a byte stream into frames, and the constants to write them
/// with.
///
/// Uses nothing but the JDK; the rules are those of the WHATWG HTML standard, section "Server-sent
/// events". Never turns bytes into text and never looks inside a frame's data.
@NullMarked
package dev.firsttoken.wire.sse;

import org.jspecify.annotations.NullMarked;
