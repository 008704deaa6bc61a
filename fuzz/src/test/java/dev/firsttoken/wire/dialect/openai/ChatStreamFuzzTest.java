package dev.firsttoken.wire.dialect.openai;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.firsttoken.fuzz.Mutants;
import dev.firsttoken.fuzz.Seeds;
import dev.firsttoken.wire.dialect.openai.ChatStreams.Read;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

/// A stream is the same events however it is cut, and the scan of the verbatim lane sees in it what
/// the reader reads.
class ChatStreamFuzzTest {

    static Stream<byte[]> seeds() {
        return Stream.concat(
                Seeds.streams(),
                Seeds.of(
                        "data: [DONE]\n\n",
                        "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"hi\"}}]}\n\n"
                                + "data: [DONE]\n\n",
                        "event: error\ndata: {\"message\":\"no\"}\n\n",
                        "error: {\"code\":500,\"message\":\"no\"}\n\n",
                        "data: {\"error\":{\"message\":\"no\",\"code\":429}}\n\n"));
    }

    @Test
    void holdsNearTheSeeds() {
        Mutants.check(seeds(), this::scanAndReaderAgreeHoweverItIsCut);
    }

    @MethodSource("seeds")
    @FuzzTest
    void scanAndReaderAgreeHoweverItIsCut(byte[] stream) {
        // Audio is content that only the verbatim lane can carry: there is no event for it.
        if (Seeds.shown(stream).contains("\"audio\"")) {
            return;
        }
        Read whole = ChatStreams.read(stream, null);
        ChatReading.assertAgreement(whole);
        Read cut = ChatStreams.read(stream, Seeds.cutsFor(stream));
        assertThat(cut.events).isEqualTo(whole.events);
        assertThat(cut.notJson).isEqualTo(whole.notJson);
        assertThat(cut.reader.isComplete()).isEqualTo(whole.reader.isComplete());
    }
}
