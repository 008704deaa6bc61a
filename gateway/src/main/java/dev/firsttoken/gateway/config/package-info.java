/// What an operator decides: one immutable [Config], read from one YAML file, from the environment
/// or from nothing at all.
///
/// Uses the YAML library and the JDK. Never opens a socket, and never lets a secret out as text.
@NullMarked
package dev.firsttoken.gateway.config;

import org.jspecify.annotations.NullMarked;
