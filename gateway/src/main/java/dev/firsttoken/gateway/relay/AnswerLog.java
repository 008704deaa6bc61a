package dev.firsttoken.gateway.relay;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.firsttoken.gateway.dialect.ClientDialect;
import dev.firsttoken.gateway.dialect.Lane;
import dev.firsttoken.gateway.log.LogBudget;
import dev.firsttoken.gateway.log.StreamLog;
import dev.firsttoken.wire.event.Failure;
import io.netty.channel.EventLoop;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// The log of one answer as it is written: what a provider says, in the client's dialect.
///
/// Owned by the stream's event loop.
final class AnswerLog {

    private final ClientDialect dialect;
    private final StreamLog log;
    private final Lane.Out toLog;

    private final @Nullable Keeping keeping;

    /// Brings the log to the disk; none for a stream that is in memory alone.
    private @Nullable Recorder recorder;

    /// Whose words those are, and how they get here.
    private @Nullable ProviderCall provider;

    private @Nullable Lane lane;

    /// @param keeping how the stream is kept on disk, or null when it is not
    /// @param onShown runs when readers may have more than they could before
    AnswerLog(
            String id,
            ClientDialect dialect,
            EventLoop loop,
            LogBudget budget,
            @Nullable Keeping keeping,
            Runnable onShown) {
        this.dialect = dialect;
        this.log = new StreamLog(budget);
        this.toLog = log::append;
        this.keeping = keeping;
        this.recorder = keeping == null ? null : keeping.recorder(loop, id, log, onShown);
    }

    StreamLog log() {
        return log;
    }

    /// Bytes of all events so far.
    long bytes() {
        return log.totalBytes();
    }

    /// Forgets everything, because another provider starts over.
    void restart(ProviderCall by, Lane way) {
        restart();
        provider = by;
        lane = way;
    }

    /// What came before any content is part of an answer that never was.
    void restart() {
        lane = null;
        log.restart();
    }

    /// Takes what the provider says next.
    void feed(byte[] bytes, int from, int to, Lane.Steps steps) {
        if (lane != null) {
            lane.feed(bytes, from, to, toLog, steps);
        }
    }

    /// The provider says nothing more.
    void endOfBytes(Lane.Steps steps) {
        if (lane != null) {
            lane.end(toLog, steps);
        }
    }

    /// This is what will be read: from here on it is kept.
    ///
    /// @param head the headers that readers get
    void begin(Map<String, String> head) {
        if (recorder != null && keeping != null) {
            recorder.begin(keeping.meta(head));
        }
    }

    /// There will be nothing to read.
    void forget() {
        if (recorder != null) {
            recorder.forget();
            recorder = null;
        }
    }

    /// Sends what has come since the last time on its way to where it is kept.
    void record() {
        if (recorder != null) {
            recorder.record();
        }
    }

    /// Says whether it will be on disk, or is. Outlives the running stream and holds nothing of it.
    BooleanSupplier kept() {
        return recorder == null ? () -> false : recorder::isKept;
    }

    /// Writes the terminal: after it the log says nothing more.
    void end(@Nullable Failure failure) {
        long before = log.lastEvent();
        Lane.Out out =
                failure == null
                        ? toLog
                        : (bytes, from, to) -> appendWithoutSecret(bytes, from, to, failure);
        if (lane != null) {
            lane.terminal(failure, before, out);
        } else if (failure != null) {
            dialect.brokenOff(failure, before, out);
        }
        log.finish();
        if (recorder != null) {
            // Without an event of its own, the end is the last one that was passed on.
            recorder.finish(Math.max(1, log.lastEvent() - before));
        }
    }

    /// Nothing will be written any more, whether there was a terminal or not.
    ///
    /// @param onShown runs from now on when readers may have more: the log lives for as long as it
    ///   is kept, and what it knows lives with it
    void close(Runnable onShown) {
        log.finish();
        if (recorder != null) {
            recorder.outlive(onShown);
        }
    }

    Failure withoutSecret(Failure failure) {
        return new Failure(
                failure.kind(),
                failure.status(),
                withoutSecret(failure.detail()),
                failure.retryAfter(),
                failure.param());
    }

    /// What a provider says of a failure may hold the credential it was shown.
    private void appendWithoutSecret(byte[] bytes, int from, int to, Failure failure) {
        String said = new String(bytes, from, to - from, UTF_8);
        String clean = withoutSecret(said);
        if (clean.equals(said)) {
            log.append(bytes, from, to);
        } else if (dialect.form().isText()) {
            byte[] text = clean.getBytes(UTF_8);
            log.append(text, 0, text.length);
        } else {
            // Nothing can be taken out of a message with checksums.
            dialect.brokenOff(withoutSecret(failure), log.lastEvent(), toLog);
        }
    }

    private String withoutSecret(String said) {
        return provider == null ? said : provider.withoutSecret(said);
    }
}
