/// What happens on a completion stream, as values: the one model that every dialect is translated
/// to and from. Uses nothing but the JDK. Never holds a socket, a thread, a clock or a piece of
/// wire syntax.
@NullMarked
package dev.firsttoken.wire.event;

import org.jspecify.annotations.NullMarked;
