package dev.firsttoken.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.firsttoken.gateway.log.LogBudget;
import dev.firsttoken.gateway.log.StreamLog;
import dev.firsttoken.wire.dialect.openai.ChatChunkScan;
import dev.firsttoken.wire.json.JsonException;
import dev.firsttoken.wire.sse.SseDecoder;
import dev.firsttoken.wire.sse.SseFrame;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/// What an event costs on the verbatim lane beside its own bytes: framing it, looking at it, and
/// adding it to the log. Bytes are counted and nothing is timed, so it is the same on every
/// machine.
class VerbatimAllocationTest {

    private static final int LIMIT = 1 << 20;
    private static final int EVENTS = 20_000;

    /// What the JVM allocates for itself on any thread now and then.
    private static final long ITS_OWN_BYTES = 4 * 1024;

    private final byte[] stream = stream(500);
    private final SseDecoder decoder = new SseDecoder(LIMIT, LIMIT);
    private final ChatChunkScan scan = new ChatChunkScan();

    @Test
    void aRunningStreamAllocatesNothingToBeReadAndLookedAt() throws Exception {
        long[] seen = {0};
        SseDecoder.Sink look = frame -> seen[0] += look(frame) ? 1 : 0;
        for (int cut : new int[] {stream.length, 1_460, 61}) {
            feed(1_000, cut, look);
            seen[0] = 0;
            long before = allocated();
            feed(EVENTS, cut, look);
            long allocated = allocated() - before;
            assertThat(seen[0]).isEqualTo(EVENTS);
            assertThat(allocated).as("reads of %d bytes", cut).isLessThan(ITS_OWN_BYTES);
        }
    }

    /// The log keeps the events, in pages of 16 KiB: that, and where each one ends, is all.
    @Test
    void theLogTakesNoMoreThanItHolds() throws Exception {
        var budget = new LogBudget(Long.MAX_VALUE);
        try (var log = new StreamLog(budget)) {
            SseDecoder.Sink add =
                    frame -> {
                        look(frame);
                        log.append(frame.rawArray(), frame.rawFrom(), frame.rawTo());
                    };
            feed(1_000, 1_460, add);
            long heldBefore = budget.heldBytes();
            long before = allocated();
            feed(EVENTS, 1_460, add);
            long allocated = allocated() - before;
            long held = budget.heldBytes() - heldBefore;
            assertThat(log.lastEvent()).isEqualTo(1_000 + EVENTS);
            // 128 ends of 4 bytes for a page, and the objects around it.
            assertThat(allocated).isLessThan(held + held / 16_384 * 800 + ITS_OWN_BYTES);
        }
    }

    private boolean look(SseFrame frame) {
        try {
            scan.look(frame);
        } catch (JsonException e) {
            throw new IllegalStateException(e);
        }
        return scan.hasContent();
    }

    /// Feeds so many events, in reads of this many bytes.
    private void feed(int events, int cut, SseDecoder.Sink sink) throws Exception {
        for (int i = 0; i < events / 500; i++) {
            for (int at = 0; at < stream.length; at += cut) {
                decoder.feed(stream, at, Math.min(stream.length, at + cut), sink);
            }
        }
    }

    private static byte[] stream(int events) {
        var bytes = new ByteArrayOutputStream();
        String[] words = {
            "token ", "Gr\u00fc\u00dfe ", "\u65e5\u672c ", "\ud83d\ude00 ", "a\\\"b\\n "
        };
        for (int i = 0; i < events; i++) {
            String event =
                    """
                    data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"m",\
                    "choices":[{"index":0,"delta":{"content":"%s"},"finish_reason":null}]}

                    """
                            .formatted(words[i % words.length]);
            bytes.writeBytes(event.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    private static long allocated() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean())
                .getCurrentThreadAllocatedBytes();
    }
}
