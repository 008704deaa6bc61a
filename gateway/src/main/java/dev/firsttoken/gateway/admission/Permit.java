package dev.firsttoken.gateway.admission;

/// The right to have one request answered. It counts against the limits until it is closed.
public final class Permit implements AutoCloseable {

    private final Caller caller;
    private final Runnable release;
    private boolean closed;

    Permit(Caller caller, Runnable release) {
        this.caller = caller;
        this.release = release;
    }

    public Caller caller() {
        return caller;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            release.run();
        }
    }
}
