package dev.firsttoken.simulator;

import dev.firsttoken.simulator.answer.Answer;
import dev.firsttoken.simulator.answer.Header;
import java.util.List;

/// What a connection needs in order to serve: where requests are written down, who answers them and
/// what keeps the time.
///
/// @param connection counted from 1
record Service(int connection, Journal journal, Desk desk, Clockwork clockwork) {

    /// The largest request body that is taken.
    static final int MAX_BODY_BYTES = 16 << 20;

    Exchange received(
            String protocol, String method, String path, List<Header> headers, byte[] body) {
        return journal.record(connection, protocol, method, path, headers, body);
    }

    Playback answer(Exchange exchange, Line line) {
        Answer answer = desk.answer(exchange);
        return new Playback(exchange, answer, line, clockwork);
    }
}
