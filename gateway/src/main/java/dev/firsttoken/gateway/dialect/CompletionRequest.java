package dev.firsttoken.gateway.dialect;

import org.jspecify.annotations.Nullable;

/// A request for a completion, whatever dialect it came in.
public interface CompletionRequest {

    /// The model that was asked for, or null for the default one.
    @Nullable String model();

    /// Whether the answer shall be a stream.
    boolean stream();

    /// Whether the answer may be kept on disk, as far as the client has a say in it.
    boolean store();

    /// The request as the body of an OpenAI chat completion for this model.
    byte[] upstreamBody(String model);
}
