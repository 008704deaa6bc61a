/// `firsttoken chat`: a conversation with a server, in a terminal or for a script.
///
/// Uses the JDK's HTTP client and the wire module's client half. Never imports the gateway: it
/// talks to any server that speaks the OpenAI chat dialect.
@NullMarked
package dev.firsttoken.cli.chat;

import org.jspecify.annotations.NullMarked;
