/// What clients may speak: each [ClientDialect] reads its requests, chooses the [Lane] that turns a
/// provider's stream into the client's, and words its own refusals.
///
/// Uses the codecs of `wire`. Never does I/O and never knows which provider answers.
@NullMarked
package dev.firsttoken.gateway.dialect;

import org.jspecify.annotations.NullMarked;
