/// A server that is killed in the middle of many streams, started again, and held to account.
///
/// Speaks HTTP to a process on a port. Never knows what is behind it.
@NullMarked
package dev.firsttoken.bench.crash;

import org.jspecify.annotations.NullMarked;
