/// The faces that every dialect has: [ClientCodec] to answer clients, [ProviderCodec] to ask
/// providers. Uses the event model, the message model, JSON and framing of this module. Never does
/// I/O, never keeps time, never knows that a second dialect exists.
@NullMarked
package dev.firsttoken.wire.dialect;

import org.jspecify.annotations.NullMarked;
