package dev.firsttoken.wire.dialect;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.firsttoken.fuzz.Mutants;
import dev.firsttoken.fuzz.Seeds;
import dev.firsttoken.wire.dialect.bedrock.BedrockCodec;
import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.event.StreamEvent.Failed;
import dev.firsttoken.wire.event.StreamEvent.Finish;
import dev.firsttoken.wire.event.StreamEvent.Reason;
import dev.firsttoken.wire.event.StreamEvent.ReasoningDelta;
import dev.firsttoken.wire.event.StreamEvent.Signature;
import dev.firsttoken.wire.event.StreamEvent.SignatureOf;
import dev.firsttoken.wire.event.StreamEvent.Started;
import dev.firsttoken.wire.event.StreamEvent.TextDelta;
import dev.firsttoken.wire.event.StreamEvent.ToolCallDelta;
import dev.firsttoken.wire.event.StreamEvent.Usage;
import dev.firsttoken.wire.eventstream.EventStreamWriter;
import dev.firsttoken.wire.json.Utf8Buffer;
import dev.firsttoken.wire.message.AnswerAssembler;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

/// A stream of any dialect is the same events however it is cut, ends complete or with one failure,
/// and can be told to clients of every dialect: without an exception, and not as a good answer when
/// it is none. A whole answer of any bytes ends in one of these two ways, too.
class DialectStreamsFuzzTest {

    private static final int LIMIT = 1 << 16;

    static Stream<byte[]> seeds() {
        List<StreamEvent> everything =
                List.of(
                        new Started("i", "m"),
                        new ReasoningDelta(0, "hm"),
                        new Signature(0, SignatureOf.REASONING, "anthropic", "S"),
                        new TextDelta(0, "a\u00e9\ud83d\ude00"),
                        new ToolCallDelta(0, 0, "c", "f", "{\"x\":"),
                        new ToolCallDelta(0, 0, null, null, "1}"),
                        new Usage(5, 1, 3, 0),
                        new Finish(0, Reason.TOOL_CALLS));
        var seeds = new ArrayList<byte[]>();
        for (int number = 0; number < Dialects.PROVIDERS.size(); number++) {
            if (Dialects.PROVIDERS.get(number) instanceof ClientCodec codec
                    && !(codec instanceof BedrockCodec)) {
                seeds.add(Dialects.input(number, Streams.write(codec, everything)));
            }
        }
        seeds.add(
                text(
                        4,
                        "messageStart {\"role\":\"assistant\"}\n"
                                + "contentBlockDelta"
                                + " {\"contentBlockIndex\":0,\"delta\":{\"text\":\"a\"}}\n"
                                + "contentBlockStart"
                                + " {\"contentBlockIndex\":1,\"start\":{\"toolUse\":{\"toolUseId\":\"t\",\"name\":\"f\"}}}\n"
                                + "contentBlockDelta"
                                + " {\"contentBlockIndex\":1,\"delta\":{\"toolUse\":{\"input\":\"{}\"}}}\n"
                                + "contentBlockStop {\"contentBlockIndex\":1}\n"
                                + "messageStop {\"stopReason\":\"tool_use\"}\n"
                                + "metadata {\"usage\":{\"inputTokens\":5,\"outputTokens\":7}}"));
        seeds.add(text(4, "!throttlingException {\"message\":\"slow\"}"));
        seeds.add(
                text(
                        6,
                        "data: {\"id\":\"i\",\"type\":\"message-start\"}\n\n"
                                + "data:"
                                + " {\"type\":\"content-delta\",\"index\":0,\"delta\":{\"message\":{\"content\":{\"text\":\"a\"}}}}\n\n"
                                + "data:"
                                + " {\"type\":\"tool-call-start\",\"index\":0,\"delta\":{\"message\":{\"tool_calls\":{\"id\":\"c\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}}}}\n\n"
                                + "data:"
                                + " {\"type\":\"message-end\",\"delta\":{\"finish_reason\":\"TOOL_CALL\",\"usage\":{\"billed_units\":{\"input_tokens\":1}}}}\n\n"));
        seeds.add(
                text(
                        6,
                        "{\"finish_reason\":\"COMPLETE\",\"message\":{\"content\":[{\"type\":\"text\",\"text\":\"a\"}]}}"));
        seeds.add(
                text(
                        4,
                        "{\"output\":{\"message\":{\"role\":\"assistant\",\"content\":[{\"text\":\"a\"}]}},\"stopReason\":\"end_turn\",\"usage\":{}}"));
        seeds.add(
                text(
                        2,
                        "{\"id\":\"i\",\"content\":[{\"type\":\"text\",\"text\":\"a\"}],\"stop_reason\":\"end_turn\",\"usage\":{\"input_tokens\":1}}"));
        seeds.add(
                text(
                        3,
                        "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"a\"},{\"functionCall\":{\"name\":\"f\",\"args\":{}}}]},\"finishReason\":\"STOP\"}]}"));
        seeds.add(
                text(
                        5,
                        "{\"message\":{\"content\":\"a\"},\"done\":true,\"done_reason\":\"stop\"}"));
        return Stream.concat(
                seeds.stream(), Seeds.streams().map(stream -> Dialects.input(0, stream)));
    }

    private static byte[] text(int number, String text) {
        return Dialects.input(number, text.getBytes(UTF_8));
    }

    @Test
    void holdsNearTheSeeds() {
        Mutants.check(seeds(), this::everyStreamIsToldHoweverItIsCut);
    }

    @MethodSource("seeds")
    @FuzzTest
    void everyStreamIsToldHoweverItIsCut(byte[] input) {
        if (input.length == 0) {
            return;
        }
        ProviderCodec codec = Dialects.chosen(Dialects.PROVIDERS, input);
        byte[] rest = Dialects.rest(input);
        byte[] stream = codec instanceof BedrockCodec ? framed(rest) : rest;
        List<StreamEvent> events = Streams.read(codec.streamReader(LIMIT), stream, null);
        Random cuts = Seeds.cutsFor(input);
        assertThat(Streams.read(codec.streamReader(LIMIT), stream, cuts)).isEqualTo(events);
        told(events);

        var whole = new ArrayList<StreamEvent>();
        codec.readAnswer(rest, whole::add);
        told(whole);
    }

    private static void told(List<StreamEvent> events) {
        long failures = events.stream().filter(Failed.class::isInstance).count();
        assertThat(failures).isLessThanOrEqualTo(1);
        assertThat(failures == 0 || events.getLast() instanceof Failed).isTrue();
        boolean broken = Streams.breaksARule(events);
        var assembler = new AnswerAssembler();
        events.forEach(assembler);
        for (ClientCodec client : Dialects.CLIENTS) {
            byte[] written = Streams.write(client, events);
            if (failures > 0) {
                assertThat(new String(written, ISO_8859_1))
                        .as(client.dialect())
                        .doesNotContain("[DONE]");
            }
            if (client instanceof ProviderCodec reader && failures > 0) {
                assertThat(Streams.read(reader, written).getLast())
                        .as(client.dialect())
                        .isInstanceOf(Failed.class);
            }
            if (!broken && assembler.isComplete()) {
                client.writeAnswer(
                        Streams.HEAD, assembler.answer(), Streams.request(), new Utf8Buffer(64));
            }
        }
    }

    /// Lines of `type payload` as messages, so that what is searched is not their checksums. A type
    /// with a mark before it is an error's.
    private static byte[] framed(byte[] lines) {
        var out = new Utf8Buffer(256);
        var writer = new EventStreamWriter();
        for (byte[] line : lines(lines)) {
            int blank = 0;
            while (blank < line.length && line[blank] != ' ') {
                blank++;
            }
            boolean error = line.length > 0 && line[0] == '!';
            byte[] type =
                    Arrays.copyOfRange(
                            line, error ? 1 : 0, Math.max(error ? 1 : 0, Math.min(blank, 200)));
            var headers = new Utf8Buffer(64);
            header(":message-type", (error ? "exception" : "event").getBytes(UTF_8), headers);
            header(error ? ":exception-type" : ":event-type", type, headers);
            writer.open(headers.toByteArray(), out);
            out.put(line, Math.min(blank + 1, line.length), line.length);
            writer.close(out);
        }
        return out.toByteArray();
    }

    private static void header(String name, byte[] value, Utf8Buffer out) {
        EventStreamWriter.header(name.getBytes(UTF_8), value, out);
    }

    private static List<byte[]> lines(byte[] text) {
        var lines = new ArrayList<byte[]>();
        int from = 0;
        for (int at = 0; at <= text.length; at++) {
            if (at == text.length || text[at] == '\n') {
                lines.add(Arrays.copyOfRange(text, from, at));
                from = at + 1;
            }
        }
        return lines;
    }
}
