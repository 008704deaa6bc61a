/// What streaming buys: the same questions to one server in both modes, and what a reader would
/// have seen of the answers.
///
/// [CompareTool] is the face; it uses the wire module's codecs and the JDK's HTTP client, so that
/// any server of a known dialect can be asked, ours or not. What is a model and not a measurement
/// is called so wherever it is shown.
@NullMarked
package dev.firsttoken.bench.compare;

import org.jspecify.annotations.NullMarked;
