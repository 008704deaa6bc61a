/// The life of a request: [Relay] tells it, [LiveStream] is one stream while it runs.
///
/// Uses every other room's public face. Nothing here knows a socket or a dialect's syntax, and
/// nothing is tried again once content was shown.
@NullMarked
package dev.firsttoken.gateway.relay;

import org.jspecify.annotations.NullMarked;
