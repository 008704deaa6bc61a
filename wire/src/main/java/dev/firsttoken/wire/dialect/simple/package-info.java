/// The dialect of `POST /chat/stream`: `{"message"}` in, `data: {"content"}` events out, `[DONE]`
/// at the end. Uses the event model, JSON and SSE of this module. It is our own format, so what is
/// written here is its spec.
@NullMarked
package dev.firsttoken.wire.dialect.simple;

import org.jspecify.annotations.NullMarked;
