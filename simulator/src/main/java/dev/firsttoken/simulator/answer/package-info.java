/// What goes on the wire for one request, and when: a list of steps that can be read, compared and
/// rewritten before anything is sent.
///
/// Uses nothing but the JDK. Never holds a socket, a thread or a clock; a duration here is a
/// distance, not a time.
@NullMarked
package dev.firsttoken.simulator.answer;

import org.jspecify.annotations.NullMarked;
