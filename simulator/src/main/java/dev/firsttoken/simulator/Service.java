package dev.firsttoken.simulator;

import dev.firsttoken.simulator.answer.Answer;
import dev.firsttoken.simulator.answer.Header;
import java.util.List;

/// What a connection needs in order to serve: where requests are written down, who answers them and
/// what keeps the time. Owned by its loop's thread.
final class Service {

    /// The largest request body that is taken.
    static final int MAX_BODY_BYTES = 16 << 20;

    /// Counted from 1.
    private final int connection;

    private final Journal journal;
    private final Desk desk;
    private final Clockwork clockwork;
    private boolean used;

    Service(int connection, Journal journal, Desk desk, Clockwork clockwork) {
        this.connection = connection;
        this.journal = journal;
        this.desk = desk;
        this.clockwork = clockwork;
    }

    Exchange received(
            String protocol, String method, String path, List<Header> headers, byte[] body) {
        boolean first = !used;
        used = true;
        return journal.record(connection, first, protocol, method, path, headers, body);
    }

    Playback answer(Exchange exchange, Line line) {
        Answer answer = desk.answer(exchange);
        return new Playback(exchange, answer, line, clockwork);
    }
}
