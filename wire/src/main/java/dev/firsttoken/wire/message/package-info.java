/// Requests and whole answers as values: the one model that every dialect is read into and written
/// from. Uses the event model and JSON of this module. Never holds bytes of a connection, and never
/// names a provider.
@NullMarked
package dev.firsttoken.wire.message;

import org.jspecify.annotations.NullMarked;
