/// The log on disk behind streams that survive their readers and a killed server: [DiskLog] is its
/// face, everything else is mechanism.
///
/// Uses the JDK and SLF4J only; files are touched by threads of its own and by readers, on the
/// threads that call them. No event loop ever waits here, no record that fails its checksum is ever
/// handed out, and nothing here knows what the bytes mean or whose they are.
@NullMarked
package dev.firsttoken.gateway.log.disk;

import org.jspecify.annotations.NullMarked;
