/// The OpenAI chat completions dialect, both halves: reading requests and writing streams as a
/// server does, writing requests and reading streams as a client does.
///
/// Uses the event model, JSON and SSE of this module. Never names a provider and never does I/O.
@NullMarked
package dev.firsttoken.wire.dialect.openai;

import org.jspecify.annotations.NullMarked;
