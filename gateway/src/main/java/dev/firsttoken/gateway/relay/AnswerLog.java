package dev.firsttoken.gateway.relay;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.firsttoken.gateway.dialect.Lane;
import dev.firsttoken.gateway.log.LogBudget;
import dev.firsttoken.gateway.log.StreamLog;
import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.json.JsonException;
import dev.firsttoken.wire.sse.SseFrame;
import org.jspecify.annotations.Nullable;

/// The log of one answer as it is written: what a provider says, in the client's dialect.
///
/// Owned by the stream's event loop.
final class AnswerLog {

    private final Lane lane;
    private final StreamLog log;
    private final Lane.Out toLog;

    /// Whose words those are.
    private @Nullable ProviderCall provider;

    AnswerLog(Lane lane, LogBudget budget) {
        this.lane = lane;
        this.log = new StreamLog(budget);
        this.toLog = log::append;
    }

    StreamLog log() {
        return log;
    }

    /// Bytes of all events so far.
    long bytes() {
        return log.totalBytes();
    }

    /// Forgets everything, because another provider starts over.
    void restart(ProviderCall by) {
        restart();
        provider = by;
    }

    /// What came before any content is part of an answer that never was.
    void restart() {
        lane.restart();
        log.restart();
    }

    void frame(SseFrame frame) throws JsonException {
        lane.frame(frame, toLog);
    }

    /// Writes the terminal: after it the log says nothing more.
    void end(@Nullable Failure failure) {
        lane.terminal(failure, failure == null ? toLog : this::appendWithoutSecret);
        log.finish();
    }

    /// Nothing will be written any more, whether there was a terminal or not.
    void close() {
        log.finish();
    }

    Failure withoutSecret(Failure failure) {
        return new Failure(
                failure.kind(),
                failure.status(),
                withoutSecret(failure.detail()),
                failure.retryAfter());
    }

    /// What a provider says of a failure may hold the credential it was shown.
    private void appendWithoutSecret(byte[] bytes, int from, int to) {
        byte[] clean = withoutSecret(new String(bytes, from, to - from, UTF_8)).getBytes(UTF_8);
        log.append(clean, 0, clean.length);
    }

    private String withoutSecret(String said) {
        return provider == null ? said : provider.withoutSecret(said);
    }
}
