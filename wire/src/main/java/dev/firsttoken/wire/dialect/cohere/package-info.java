/// The chat dialect of Cohere, version 2, as we ask providers in it: `POST /v2/chat`, streams as
/// server-sent events. Uses the faces of [dev.firsttoken.wire.dialect], the models, the frames and
/// JSON of this module. Never answers clients: nobody but the provider speaks it.
@NullMarked
package dev.firsttoken.wire.dialect.cohere;

import org.jspecify.annotations.NullMarked;
