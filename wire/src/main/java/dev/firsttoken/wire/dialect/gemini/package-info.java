/// The Gemini dialect: contents, parts and candidates, in chunks that are whole responses. Uses the
/// faces of [dev.firsttoken.wire.dialect], the models and JSON of this module. Never does I/O,
/// never keeps a conversation.
@NullMarked
package dev.firsttoken.wire.dialect.gemini;

import org.jspecify.annotations.NullMarked;
