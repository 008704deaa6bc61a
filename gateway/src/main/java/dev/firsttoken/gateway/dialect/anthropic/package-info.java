/// What clients of Anthropic's ask for beside messages: how long a request is. Uses the codec of
/// `wire`. Never asks for an answer.
@NullMarked
package dev.firsttoken.gateway.dialect.anthropic;

import org.jspecify.annotations.NullMarked;
