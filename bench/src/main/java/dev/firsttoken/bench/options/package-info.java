/// Command line options of the bench's tools.
///
/// Uses nothing but the JDK. Never guesses: an option nobody asked for is an error.
@NullMarked
package dev.firsttoken.bench.options;

import org.jspecify.annotations.NullMarked;
