package dev.firsttoken.gateway.relay;

import dev.firsttoken.gateway.config.Config.OnDisconnect;
import java.time.Duration;

/// What becomes of an answer when nobody reads it any more.
///
/// @param policy which of the bounds below is a choice and which is none: *cancel* has no use for
///   them
/// @param time how long the answer goes on
/// @param deltas how many more content events it may have
/// @param bytes how much longer it may get
record Disconnect(OnDisconnect policy, Duration time, long deltas, long bytes) {}
