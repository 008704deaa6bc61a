/// The entry to the bench's own tools, as its scripts call them.
///
/// Uses the packages below it and nothing else. Never measures by itself.
@NullMarked
package dev.firsttoken.bench;

import org.jspecify.annotations.NullMarked;
