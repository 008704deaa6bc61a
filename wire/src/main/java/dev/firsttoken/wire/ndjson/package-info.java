/// Lines of JSON: bytes into lines, however they were cut. Uses nothing but the JDK and the byte
/// search of this module. Never looks into a line.
@NullMarked
package dev.firsttoken.wire.ndjson;

import org.jspecify.annotations.NullMarked;
