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

    /// A lane for one stream from an OpenAI-compatible provider.
    Lane lane(CompletionRequest request);

    /// Says no before anything was sent.
    ///
    /// @param answer what the provider said, when it was the provider that refused
    Refusal refusal(Failure failure, @Nullable ProviderAnswer answer);

    /// What happens to an answer in this dialect when nobody reads it any more.
    OnDisconnect onDisconnect(Config.Streams rules);

    /// Writes how a stream ends that breaks off, once something was shown: nothing follows it.
    void brokenOff(Failure failure, Lane.Out out);

    /// Whether a failure after the request was found good is told inside a stream with status 200.
    boolean refusesInStream();
}
