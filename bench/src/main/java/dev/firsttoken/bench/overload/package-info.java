/// What becomes of a server that is asked for more than it can serve.
///
/// Uses the JDK's HTTP client, one virtual thread for each request. Never looks into a stream
/// further than to its end.
@NullMarked
package dev.firsttoken.bench.overload;

import org.jspecify.annotations.NullMarked;
