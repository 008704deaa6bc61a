package dev.firsttoken.wire.dialect.openai;

import static dev.firsttoken.wire.dialect.openai.ChatStreams.read;
import static org.assertj.core.api.Assertions.assertThat;

import dev.firsttoken.wire.dialect.openai.ChatStreams.Read;
import dev.firsttoken.wire.event.StreamEvent.Failed;
import dev.firsttoken.wire.event.StreamEvent.Usage;
import org.junit.jupiter.api.AfterEach;

/// What tests of the reader have in common: whatever they read was looked at by the scan of the
/// verbatim lane, too.
abstract class ChatReading {

    static final String HI =
            "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"hi\"},\"finish_reason\":null}]}";

    static final String STOP =
            "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}";

    /// What the test has read.
    Read last;

    /// The scan of the verbatim lane must have come to the same conclusions.
    @AfterEach
    void scanAgrees() {
        if (last != null) {
            assertAgreement(last);
        }
    }

    static void assertAgreement(Read read) {
        assertThat(read.contentSeen).as("content").isEqualTo(read.contentRead);
        assertThat(read.scan.isComplete()).as("complete").isEqualTo(read.reader.isComplete());
        assertThat(read.scan.isDone()).as("done").isEqualTo(read.reader.isDone());
        assertThat(read.scan.hasError())
                .as("error")
                .isEqualTo(read.events.stream().anyMatch(Failed.class::isInstance));
        Usage usage = read.usage();
        assertThat(read.scan.hasUsage()).as("usage").isEqualTo(usage != null);
        if (usage != null) {
            assertThat(
                            new Usage(
                                    read.scan.inputTokens(),
                                    read.scan.cachedInputTokens(),
                                    read.scan.cacheWriteTokens(),
                                    read.scan.outputTokens(),
                                    read.scan.reasoningTokens(),
                                    false))
                    .isEqualTo(usage);
        }
        for (int i = 0; i < read.events.size() - 1; i++) {
            assertThat(read.events.get(i)).as("only the last").isNotInstanceOf(Failed.class);
        }
    }

    /// A chunk with these tool calls.
    static String tool(String calls) {
        return "{\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[" + calls + "]}}]}";
    }
}
