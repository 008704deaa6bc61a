/// AG-UI, version 1, as we answer clients in it: events of a run, framed as server-sent events with
/// nothing but data. Uses the faces of [dev.firsttoken.wire.dialect], the models and JSON of this
/// module. Never writes `[DONE]`, which its clients take for broken JSON.
///
/// An error is the event `RUN_ERROR`; a heartbeat is a comment of one line. Every answer is a
/// stream.
@NullMarked
package dev.firsttoken.wire.dialect.agui;

import org.jspecify.annotations.NullMarked;
