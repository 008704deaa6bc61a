package dev.firsttoken.gateway.downstream;

/// Answers requests.
@FunctionalInterface
public interface RequestHandler {

    /// Called on a virtual thread of the request's own, which may block.
    void handle(ClientExchange client) throws InterruptedException;
}
