/// Hours of everything at once: healthy and broken answers, patient and impatient clients, and
/// nonsense.
///
/// Samples what the server holds while it runs, and checks at the end that every stream was
/// accounted for once and that nothing is left. Speaks HTTP to a process on a port; never imports
/// what is behind it.
@NullMarked
package dev.firsttoken.bench.soak;

import org.jspecify.annotations.NullMarked;
