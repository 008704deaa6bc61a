/// What an operator decides: one immutable [Config], read from one YAML file, from the environment
/// or from nothing at all.
///
/// [ConfigSource] is the face: it reads into a [ConfigReading]; [Keys] is the one definition of
/// what may be written. Uses the YAML library, the logging facade and the JDK. Never opens a
/// socket, and never lets a secret out as text.
@NullMarked
package dev.firsttoken.gateway.config;

import org.jspecify.annotations.NullMarked;
