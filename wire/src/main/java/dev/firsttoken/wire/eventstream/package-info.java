/// Frames of `application/vnd.amazon.eventstream`: cutting a byte stream into them, and writing
/// them. Uses nothing but the JDK, the byte buffer and the framing's exception of this module.
/// Never looks inside a payload.
@NullMarked
package dev.firsttoken.wire.eventstream;

import org.jspecify.annotations.NullMarked;
