package dev.firsttoken.gateway.relay;

import dev.firsttoken.gateway.dialect.ProviderAnswer;
import dev.firsttoken.wire.event.Failure;
import org.jspecify.annotations.Nullable;

/// How one try at one deployment went.
sealed interface Attempt {

    /// Content has arrived, or the whole answer: there is no going back.
    record Opened() implements Attempt {}

    /// Nothing that a client could use has arrived.
    ///
    /// @param answer what the provider said, if it answered at all
    record Refused(Failure failure, @Nullable ProviderAnswer answer) implements Attempt {

        /// Whether another deployment may do better: what is wrong with the request itself is wrong
        /// everywhere.
        boolean worthAnotherTry() {
            if (failure.kind().side() != Failure.Side.UPSTREAM
                    || failure.kind() == Failure.Kind.TOTAL_TIMEOUT) {
                return false;
            }
            int status = failure.status();
            boolean requestIsWrong =
                    status == 400
                            || status == 404
                            || status == 413
                            || status == 415
                            || status == 422;
            return failure.kind() != Failure.Kind.REFUSED || !requestIsWrong;
        }
    }

    /// The client has left, so nobody needs another try.
    record Abandoned() implements Attempt {}
}
