package dev.firsttoken.gateway.dialect;

import dev.firsttoken.gateway.config.Config;
import dev.firsttoken.gateway.config.Config.OnDisconnect;
import dev.firsttoken.gateway.downstream.ClientRequest;
import dev.firsttoken.wire.dialect.RequestLimits;
import dev.firsttoken.wire.event.Failure;
import org.jspecify.annotations.Nullable;

/// A wire language that clients speak to us.
public interface ClientDialect {

    /// The word for it in metrics and logs.
    String name();

    /// Understands a request.
    ///
    /// @throws RejectedException when it is not one of this dialect
    CompletionRequest read(ClientRequest request, RequestLimits limits) throws RejectedException;

    /// What its streams look like from outside.
    StreamForm form();

    /// Says no before anything was sent.
    ///
    /// @param answer what the provider said, when it was the provider that refused
    Refusal refusal(Failure failure, @Nullable ProviderAnswer answer);

    /// Says no to a request that nobody has read yet: whoever calls is unknown, or one too many.
    default Refusal refusal(Failure failure) {
        return refusal(failure, null);
    }

    /// What happens to an answer in this dialect when nobody reads it any more.
    OnDisconnect onDisconnect(Config.Streams rules);

    /// Writes how a stream ends that breaks off, once something was shown: nothing follows it.
    ///
    /// @param events how many events there were
    void brokenOff(Failure failure, long events, Lane.Out out);

    /// Whether a failure after the request was found good is told inside a stream with status 200.
    default boolean refusesInStream() {
        return false;
    }
}
