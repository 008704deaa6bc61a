/// The `firsttoken` command: [Main] reads the command line and runs one subcommand.
///
/// Wires gateway and simulator together and talks to a person at a terminal. Never relays a byte
/// itself, and loads what only one command needs (JLine, the simulator) in that command alone.
@NullMarked
package dev.firsttoken.cli;

import org.jspecify.annotations.NullMarked;
