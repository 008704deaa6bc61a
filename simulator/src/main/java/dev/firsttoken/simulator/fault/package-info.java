/// What can go wrong at a provider, one file per fault: each turns a healthy answer into one that
/// fails in one particular way.
///
/// Uses answers, words and dialects. Never touches a socket: a fault says what is sent and when,
/// and the simulator sends it.
@NullMarked
package dev.firsttoken.simulator.fault;

import org.jspecify.annotations.NullMarked;
