/// A fake provider on a real port: scripts, a timing model and faults, for tests, demonstrations
/// and load.
///
/// [Simulator] is the face; it uses Netty for the wire and the dialect codecs for the words. Never
/// calls out, never knows who is calling, and does the same again for the same seed.
@NullMarked
package dev.firsttoken.simulator;

import org.jspecify.annotations.NullMarked;
