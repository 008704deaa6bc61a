/// The provider's side of every dialect that the simulator speaks, one file each: how a request is
/// read, and how what is said becomes the bytes of a stream or of a whole answer.
///
/// Uses steps, the events of wire and Jackson. Never uses the codecs of wire, whose second opinion
/// this is, with one exception: the chat dialect's stream is held against recordings elsewhere.
@NullMarked
package dev.firsttoken.simulator.dialect;

import org.jspecify.annotations.NullMarked;
