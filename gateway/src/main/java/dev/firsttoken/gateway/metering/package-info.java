/// What is counted and timed: [Metrics] for the whole server, [StreamMeter] for one stream.
///
/// Uses the Prometheus client for everything that happens once per request; what happens per event
/// is counted in plain arrays of the event loop. Never labels anything with a word that a client
/// chose.
@NullMarked
package dev.firsttoken.gateway.metering;

import org.jspecify.annotations.NullMarked;
