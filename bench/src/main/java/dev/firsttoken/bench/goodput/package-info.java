/// Streams that arrive by a schedule, at one server or several: what each of them got, how many
/// were good, and which rate is the highest at which enough of them are.
///
/// Uses the load generator's open loop and the report's tables and charts. Never counts a stream
/// from the moment it was sent: from the moment it was due.
@NullMarked
package dev.firsttoken.bench.goodput;

import org.jspecify.annotations.NullMarked;
