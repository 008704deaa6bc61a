/// How long a server takes from the start of its process to the first token it relays.
///
/// Uses plain sockets and the JDK's processes. Never counts a build: the caller makes sure that
/// there is nothing left to build.
@NullMarked
package dev.firsttoken.bench.start;

import org.jspecify.annotations.NullMarked;
