/// The server as a whole: [Gateway] starts it, reloads it and stops it.
///
/// Wires the packages below by hand. Nothing else constructs across packages.
@NullMarked
package dev.firsttoken.gateway;

import org.jspecify.annotations.NullMarked;
