/// The native dialect of Ollama: a chat in lines of JSON. Uses the faces of
/// [dev.firsttoken.wire.dialect], the models, the lines and JSON of this module. Never does I/O,
/// never keeps a conversation.
@NullMarked
package dev.firsttoken.wire.dialect.ollama;

import org.jspecify.annotations.NullMarked;
