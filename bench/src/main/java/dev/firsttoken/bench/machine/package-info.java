/// What the machine says about a run: processor time and memory of the processes under test, and
/// how busy and how disturbed each core was.
///
/// Uses nothing but the JDK and reads Linux's `/proc`; elsewhere every reading is absent. Never
/// starts, pins or ends anything.
@NullMarked
package dev.firsttoken.bench.machine;

import org.jspecify.annotations.NullMarked;
