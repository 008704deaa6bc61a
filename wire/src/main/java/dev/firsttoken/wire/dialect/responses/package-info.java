/// The OpenAI Responses dialect, both halves. Its source is OpenAI's API reference, "Responses" and
/// "Streaming events"; every event of a stream has a `sequence_number`, the last one holds the
/// whole answer, and there is no `[DONE]`. Never does I/O, and never keeps an answer for a later
/// request.
@NullMarked
package dev.firsttoken.wire.dialect.responses;

import org.jspecify.annotations.NullMarked;
