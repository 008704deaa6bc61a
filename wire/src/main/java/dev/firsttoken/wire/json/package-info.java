/// JSON as bytes: a cursor that reads the few fields somebody needs, and a buffer that writes them.
///
/// Uses nothing but the JDK. Never recurses on input, never builds a tree, never repairs what is
/// wrong.
@NullMarked
package dev.firsttoken.wire.json;

import org.jspecify.annotations.NullMarked;
