package dev.firsttoken.gateway.dialect;

import dev.firsttoken.wire.event.Failure;

/// A request that is not going to be served, and why.
public final class RejectedException extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient Failure failure;

    public RejectedException(Failure failure) {
        super(failure.detail(), null, false, false);
        this.failure = failure;
    }

    public RejectedException(Failure.Kind kind, String detail) {
        this(Failure.of(kind, detail));
    }

    public Failure failure() {
        return failure;
    }
}
