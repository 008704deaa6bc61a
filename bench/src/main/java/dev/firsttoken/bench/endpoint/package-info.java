/// Whom to ask and in which dialect: the address, the key, and the bytes of the smallest request.
///
/// Uses wire's JSON buffer. Never connects to anything.
@NullMarked
package dev.firsttoken.bench.endpoint;

import org.jspecify.annotations.NullMarked;
