package dev.firsttoken.gateway.dialect;

import dev.firsttoken.gateway.downstream.ClientRequest;
import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.event.InvalidRequestException;

/// What every dialect asks of a request's body.
final class Bodies {

    private Bodies() {}

    static void requireJson(ClientRequest request) throws RejectedException {
        if (request.header("content-encoding") != null) {
            throw new RejectedException(
                    Failure.Kind.UNSUPPORTED_MEDIA_TYPE,
                    "the body is compressed (expected: no content-encoding)");
        }
        if (!request.isJson()) {
            throw new RejectedException(
                    Failure.Kind.UNSUPPORTED_MEDIA_TYPE,
                    "the content type is not JSON (expected: content-type: application/json)");
        }
    }

    static RejectedException rejected(InvalidRequestException e) {
        String where = e.field() == null ? "" : e.field() + ": ";
        return new RejectedException(
                Failure.ofParam(Failure.Kind.INVALID_REQUEST, where + e.getMessage(), e.field()));
    }
}
