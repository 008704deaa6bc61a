/// What the server says about itself: lines for people or for machines, written by one thread of
/// their own.
///
/// Sets up Logback in code; there is no logging file. Never makes a caller wait: when nobody reads
/// our output, lines are dropped.
@NullMarked
package dev.firsttoken.cli.logging;

import org.jspecify.annotations.NullMarked;
