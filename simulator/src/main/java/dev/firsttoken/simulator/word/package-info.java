/// The words a caller can put into a model name or a header, each with the value it takes and the
/// sentence that explains it.
///
/// Uses nothing but the JDK. Never knows what a word does: it only turns a value's text into
/// whatever the word's owner makes of it.
@NullMarked
package dev.firsttoken.simulator.word;

import org.jspecify.annotations.NullMarked;
