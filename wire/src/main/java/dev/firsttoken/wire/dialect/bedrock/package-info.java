/// The Converse dialect of Amazon Bedrock: a conversation in JSON, its stream in messages of
/// `vnd.amazon.eventstream`. Uses the faces of [dev.firsttoken.wire.dialect], the models, the
/// messages and JSON of this module. Never signs a request: that needs a clock and a secret.
///
/// An error in a stream is a message of type `exception`; a heartbeat is an event of a type that no
/// client knows and every client skips. Source: the service model of `bedrock-runtime`.
@NullMarked
package dev.firsttoken.wire.dialect.bedrock;

import org.jspecify.annotations.NullMarked;
