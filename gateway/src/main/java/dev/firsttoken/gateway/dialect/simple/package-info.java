/// Our own contract, `POST /chat/stream`. Uses the codec of `wire`, the lanes of the package above,
/// and OpenAI chat, in whose shape its requests are. Never writes anything but text.
@NullMarked
package dev.firsttoken.gateway.dialect.simple;

import org.jspecify.annotations.NullMarked;
