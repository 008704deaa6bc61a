/// The UI message stream of the AI SDK, version 1, as we answer clients in it: `useChat` with its
/// default transport. Uses the faces of [dev.firsttoken.wire.dialect], the models and JSON of this
/// module. Never writes a part that its clients have no schema for: they give up the stream.
///
/// An error is a part `error`; a heartbeat is a comment of one line. Every answer is a stream.
@NullMarked
package dev.firsttoken.wire.dialect.ui;

import org.jspecify.annotations.NullMarked;
