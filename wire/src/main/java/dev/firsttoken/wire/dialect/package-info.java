/// What dialects have in common; each has a package of its own below.
///
/// Uses the JSON reader. Never knows a socket, and no dialect knows another.
@NullMarked
package dev.firsttoken.wire.dialect;

import org.jspecify.annotations.NullMarked;
