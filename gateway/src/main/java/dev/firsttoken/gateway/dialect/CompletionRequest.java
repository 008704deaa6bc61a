package dev.firsttoken.gateway.dialect;

import dev.firsttoken.gateway.provider.ProviderDialect;
import dev.firsttoken.wire.dialect.AnswerHead;
import dev.firsttoken.wire.dialect.WrittenRequest;
import org.jspecify.annotations.Nullable;

/// A request for a completion, whatever dialect it came in.
///
/// Belongs to the request's virtual thread, but for [#lane] and [#whole], which are asked for on
/// the stream's event loop once [#write] has been called for the same dialect.
public interface CompletionRequest {

    /// The model that was asked for, or null for the default one.
    @Nullable String model();

    /// Whether the answer shall be a stream.
    boolean stream();

    /// Whether the answer may be kept on disk, as far as the client has a say in it.
    boolean store();

    /// Whether the client wants the answer to go on when it leaves.
    default boolean background() {
        return false;
    }

    /// The client's name for the conversation that the answer is a part of, by which it finds the
    /// stream again; null where it has none.
    default @Nullable String conversation() {
        return null;
    }

    /// How many tokens the request has, roughly; for answers whose provider did not count. Asked
    /// for once [#write] has been called.
    default long estimatedTokens() {
        return 0;
    }

    /// The request as a provider wants it. Where both sides speak the same dialect it is the
    /// client's own, but for the model's name.
    ///
    /// @param model the name that the provider has for it
    /// @throws RejectedException when it cannot be said in the provider's dialect at all
    WrittenRequest write(ProviderDialect to, String model) throws RejectedException;

    /// The way of one stream from a provider to the client.
    Lane lane(ProviderDialect from, AnswerHead head, Lane.Limits limits);

    /// What the client shall get for an answer that is not a stream.
    WholeBody whole(ProviderDialect from, AnswerHead head, byte[] body);

    /// What we can say ourselves to a client whose question the provider's dialect has no form for;
    /// null where the provider is to be asked.
    default byte @Nullable [] ownAnswer(ProviderDialect to) {
        return null;
    }
}
