/// Numbers made from many measurements: a histogram of durations, and medians over repetitions.
///
/// Uses nothing but the JDK. Never rounds a measurement away: what is printed is rounded, what is
/// kept is not.
@NullMarked
package dev.firsttoken.bench.stats;

import org.jspecify.annotations.NullMarked;
