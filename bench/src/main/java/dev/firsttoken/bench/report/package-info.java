/// What a run has to say: one JSON line for machines, one line for people, and a table that
/// compares runs.
///
/// Uses wire's JSON buffer and Jackson's streaming reader. Never measures, and never leaves a fault
/// out.
@NullMarked
package dev.firsttoken.bench.report;

import org.jspecify.annotations.NullMarked;
