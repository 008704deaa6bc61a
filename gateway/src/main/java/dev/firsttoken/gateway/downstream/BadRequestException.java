package dev.firsttoken.gateway.downstream;

import dev.firsttoken.wire.event.Failure;

/// A request's head that is refused for its form.
final class BadRequestException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Failure failure;

    BadRequestException(Failure failure) {
        super(failure.detail(), null, false, false);
        this.failure = failure;
    }

    static BadRequestException invalid(String detail) {
        return new BadRequestException(Failure.of(Failure.Kind.INVALID_REQUEST, detail));
    }

    static BadRequestException withStatus(int status, String detail) {
        return new BadRequestException(
                new Failure(Failure.Kind.INVALID_REQUEST, status, detail, null));
    }

    Failure failure() {
        return failure;
    }
}
