package dev.firsttoken.wire.dialect.openai;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.firsttoken.fuzz.Mutants;
import dev.firsttoken.fuzz.Seeds;
import dev.firsttoken.wire.dialect.openai.ChatStreams.Read;
import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.event.StreamEvent.Failed;
import dev.firsttoken.wire.event.StreamEvent.Finish;
import dev.firsttoken.wire.event.StreamEvent.ReasoningDelta;
import dev.firsttoken.wire.event.StreamEvent.RefusalDelta;
import dev.firsttoken.wire.event.StreamEvent.TextDelta;
import dev.firsttoken.wire.event.StreamEvent.ToolCallDelta;
import dev.firsttoken.wire.json.JsonTree;
import dev.firsttoken.wire.json.Utf8Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

/// One chunk is the same to both readers, and what was read can be written and read again.
class ChatChunkFuzzTest {

    static Stream<byte[]> seeds() {
        return Stream.concat(
                Seeds.chunks(),
                Seeds.of(
                        chunk("{\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}"),
                        chunk(
                                "{\"content\":[{\"type\":\"thinking\",\"thinking\":[{\"type\":\"text\",\"text\":\"hm\"}]}]}"),
                        chunk("{\"reasoning_content\":\"hm\",\"reasoning\":\"hm\"}"),
                        chunk("{\"refusal\":\"no\"}"),
                        chunk("{\"function_call\":{\"name\":\"f\",\"arguments\":{\"a\":1}}}"),
                        chunk(
                                "{\"tool_calls\":[{\"id\":\"c\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}},{\"index\":7}]}"),
                        "{\"choices\":[{\"delta\":{\"content\":\"late\"},\"finish_reason\":\"length\",\"index\":3}]}",
                        "{\"object\":\"error\",\"message\":\"no\"}",
                        "{\"error\":\"no\"}",
                        "{\"choices\":[],\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":7,\"total_tokens\":20,\"prompt_tokens_details\":{\"cached_tokens\":2},\"completion_tokens_details\":{\"reasoning_tokens\":1},\"prompt_cache_hit_tokens\":3}}",
                        "{\"x_groq\":{\"usage\":{\"prompt_tokens\":1}},\"choices\":[{\"usage\":{\"completion_tokens\":2}}]}"));
    }

    private static String chunk(String delta) {
        return "{\"id\":\"c\",\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":"
                + delta
                + ",\"finish_reason\":\"stop\"}]}";
    }

    @Test
    void holdsNearTheSeeds() {
        Mutants.check(seeds(), this::whatIsReadCanBeWritten);
    }

    @MethodSource("seeds")
    @FuzzTest
    void whatIsReadCanBeWritten(byte[] chunk) {
        // Audio is content that only the verbatim lane can carry: there is no event for it.
        if (Seeds.shown(chunk).contains("\"audio\"")) {
            return;
        }
        String line = Seeds.shown(chunk).replace('\n', ' ').replace('\r', ' ');
        Read read = ChatStreams.read(("data: " + line + "\n\n").getBytes(ISO_8859_1), null);
        ChatStreamReaderTest.assertAgreement(read);
        for (StreamEvent event : read.events) {
            if (event instanceof ToolCallDelta call) {
                assertThat(call.call()).isNotNegative();
            }
        }
        var events = new ArrayList<>(read.events);
        boolean failed = events.removeIf(Failed.class::isInstance);
        var out = new Utf8Buffer(256);
        var writer = new ChatStreamWriter("c", "m", 7, true);
        events.forEach(event -> writer.write(event, out));
        writer.end(out);
        Read again = ChatStreams.read(out.toByteArray(), null);
        ChatStreamReaderTest.assertAgreement(again);
        assertThat(again.notJson).isEmpty();
        assertThat(inOrder(again.events)).isEqualTo(inOrder(events));
        assertThat(again.usage()).isEqualTo(read.usage());
        assertThat(again.reader.isDone()).isTrue();
        if (!failed) {
            wholeAnswerIsJson(events);
        }
    }

    /// The same events as one answer that is no stream, with every choice brought to an end.
    private static void wholeAnswerIsJson(List<StreamEvent> events) {
        var ended = new ArrayList<>(events);
        var choices = new TreeSet<Integer>();
        for (StreamEvent event : events) {
            switch (event) {
                case TextDelta delta -> choices.add(delta.choice());
                case ReasoningDelta delta -> choices.add(delta.choice());
                case RefusalDelta delta -> choices.add(delta.choice());
                case ToolCallDelta delta -> choices.add(delta.choice());
                default -> {}
            }
        }
        choices.forEach(choice -> ended.add(new Finish(choice, StreamEvent.Reason.STOP)));
        var out = new Utf8Buffer(256);
        ChatCompletionWriter.write("c", "m", 7, ended, out);
        byte[] answer = out.toByteArray();
        assertThat(JsonTree.object(answer)).containsKey("choices");
        var scan = new ChatCompletionScan();
        assertThat(scan.look(answer, 0, answer.length)).isTrue();
        assertThat(scan.hasChoices()).isTrue();
    }

    /// Everything but what the writer gives a place of its own, with texts as UTF-8 can say them.
    private static List<StreamEvent> inOrder(List<StreamEvent> events) {
        var kept = new ArrayList<StreamEvent>();
        for (StreamEvent event : events) {
            switch (event) {
                case TextDelta(int choice, String text) ->
                        kept.add(new TextDelta(choice, unicode(text)));
                case ReasoningDelta(int choice, String text) ->
                        kept.add(new ReasoningDelta(choice, unicode(text)));
                case RefusalDelta(int choice, String text) ->
                        kept.add(new RefusalDelta(choice, unicode(text)));
                case ToolCallDelta(int choice, int call, String id, String name, String json) ->
                        kept.add(
                                new ToolCallDelta(
                                        choice, call, unicode(id), unicode(name), unicode(json)));
                case Finish finish -> kept.add(finish);
                default -> {}
            }
        }
        return kept;
    }

    private static String unicode(String text) {
        return text == null
                ? null
                : new String(new Utf8Buffer(16).jsonString(text).toByteArray(), UTF_8);
    }
}
