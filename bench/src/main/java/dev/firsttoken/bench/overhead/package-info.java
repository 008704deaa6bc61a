/// What a gateway adds: the same streams straight from the simulator and through the gateway, in
/// pairs, and what the gateway's process needs for them.
///
/// Uses the load generator, the simulator and `/proc`. Never compares runs of different pairs with
/// each other.
@NullMarked
package dev.firsttoken.bench.overhead;

import org.jspecify.annotations.NullMarked;
