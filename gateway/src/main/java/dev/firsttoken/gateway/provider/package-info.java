/// Who serves models, and how they are spoken to: [KnownProviders] is the one list of providers and
/// of the [dialects][ProviderDialect] they speak.
///
/// Uses the codecs of `wire`. Never does I/O and never knows what a client speaks.
@NullMarked
package dev.firsttoken.gateway.provider;

import org.jspecify.annotations.NullMarked;
