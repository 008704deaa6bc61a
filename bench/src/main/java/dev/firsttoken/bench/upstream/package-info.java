/// The provider behind the relay under test: the project's simulator, and a page that says how many
/// calls it has open.
///
/// Uses the simulator and the JDK's own small HTTP server. Never shapes an answer: the model's name
/// does that.
@NullMarked
package dev.firsttoken.bench.upstream;

import org.jspecify.annotations.NullMarked;
