package dev.firsttoken.simulator;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.firsttoken.simulator.answer.Answer;
import dev.firsttoken.simulator.answer.Framing;
import dev.firsttoken.simulator.answer.Header;
import dev.firsttoken.simulator.answer.Piece;
import dev.firsttoken.simulator.answer.Step;
import dev.firsttoken.simulator.answer.Step.Body;
import dev.firsttoken.simulator.answer.Step.End;
import dev.firsttoken.simulator.answer.Step.Head;
import dev.firsttoken.simulator.answer.Step.Wait;
import dev.firsttoken.simulator.dialect.Dialect;
import dev.firsttoken.simulator.dialect.Question;
import dev.firsttoken.simulator.fault.Fault;
import dev.firsttoken.simulator.fault.Status;
import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.event.StreamEvent.Failed;
import dev.firsttoken.wire.event.StreamEvent.Finish;
import dev.firsttoken.wire.event.StreamEvent.ReasoningDelta;
import dev.firsttoken.wire.event.StreamEvent.Started;
import dev.firsttoken.wire.event.StreamEvent.TextDelta;
import dev.firsttoken.wire.event.StreamEvent.ToolCallDelta;
import dev.firsttoken.wire.event.StreamEvent.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Makes answers out of scripts and questions.
///
/// The bytes of an event are encoded once and shared by all streams that say the same thing to the
/// same question; only the waits between them are drawn anew. May be used by several threads.
final class Composer {

    /// When all models were made. 1 January 2026.
    static final long CREATED_SECONDS = 1_767_225_600;

    private static final int MAX_REMEMBERED = 256;
    private static final int MAX_REMEMBERED_EVENTS = 2_000;

    private final Timing defaultTiming;
    private final long seed;
    private final ConcurrentHashMap<Key, List<Body>> remembered = new ConcurrentHashMap<>();

    private record Key(Content content, Dialect dialect, Question shortened, int length) {}

    Composer(Timing defaultTiming, long seed) {
        this.defaultTiming = defaultTiming;
        this.seed = seed;
    }

    Timing defaultTiming() {
        return defaultTiming;
    }

    /// @param number of the exchange, so that each one is timed differently and all of them the
    ///   same in the next run
    Answer compose(Script script, Dialect dialect, Question question, long number) {
        List<Body> bodies = bodies(script.content(), dialect, question);
        boolean streamed =
                switch (script.content()) {
                    case Content.Raw _ -> true;
                    case Content.Whole _ -> false;
                    case Content.Generated _, Content.Text _, Content.Events _ -> question.stream();
                };
        Framing framing = script.framing();
        if (framing == null) {
            framing = streamed ? Framing.CHUNKED : Framing.CONTENT_LENGTH;
        }
        Long fixedSeed = script.seed();
        // The golden ratio keeps the seeds of neighbours far apart.
        long answerSeed = fixedSeed == null ? seed + number * 0x9E3779B97F4A7C15L : fixedSeed;
        Timing ownTiming = script.timing();
        Timing timing = ownTiming == null ? defaultTiming : ownTiming;

        List<Step> steps = new ArrayList<>(bodies.size() * 2 + 4);
        steps.add(new Head(200, headers(script.content(), dialect, question, number), framing));
        if (streamed) {
            addTimed(bodies, timing, answerSeed, steps);
        } else {
            int tokens = Math.max(1, tokens(script.content(), question));
            long total = 0;
            for (long wait : timing.waitsNanos(tokens, answerSeed)) {
                total += wait;
            }
            // Nobody answers before they know what to say: here the wait comes before the headers.
            if (total > 0) {
                steps.addFirst(new Wait(total));
            }
            steps.addAll(bodies);
        }
        steps.add(new End());
        Answer answer = new Answer(streamed, steps).measured();
        Failed failed = failure(script.content());
        if (failed != null && !question.stream()) {
            answer = Status.answer(dialect, failed.failure());
        }
        return script.segmentation().apply(Fault.applyAll(script.faults(), answer));
    }

    /// The first wait comes before the role, so that the role and the first token leave together.
    private static void addTimed(
            List<Body> bodies, Timing timing, long answerSeed, List<Step> steps) {
        int tokens = (int) bodies.stream().filter(Body::content).count();
        long[] waits = timing.waitsNanos(Math.max(1, tokens), answerSeed);
        if (waits[0] > 0) {
            steps.add(new Wait(waits[0]));
        }
        int seen = 0;
        for (Body body : bodies) {
            if (body.content() && seen++ > 0 && waits[seen - 1] > 0) {
                steps.add(new Wait(waits[seen - 1]));
            }
            steps.add(body);
        }
    }

    private static List<Header> headers(
            Content content, Dialect dialect, Question question, long number) {
        String type =
                switch (content) {
                    case Content.Raw raw -> raw.contentType();
                    case Content.Whole _ -> "application/json";
                    case Content.Generated _, Content.Text _, Content.Events _ ->
                            question.stream() ? dialect.streamType() : "application/json";
                };
        return List.of(
                new Header("content-type", type),
                new Header("cache-control", "no-cache"),
                new Header(dialect.requestIdHeader(), "req_sim_" + number));
    }

    private List<Body> bodies(Content content, Dialect dialect, Question question) {
        if (content instanceof Content.Whole whole) {
            return halves(whole.json());
        }
        String echo = Paragraph.echo(question.lastMessage());
        Key key =
                new Key(
                        content,
                        dialect,
                        question.withLastMessage(echo),
                        question.lastMessage().length());
        List<Body> known = remembered.get(key);
        if (known != null) {
            return known;
        }
        List<Body> made = encode(content, dialect, question);
        if (made.size() <= MAX_REMEMBERED_EVENTS) {
            if (remembered.size() >= MAX_REMEMBERED) {
                remembered.clear();
            }
            remembered.put(key, made);
        }
        return made;
    }

    private static List<Body> encode(Content content, Dialect dialect, Question question) {
        if (content instanceof Content.Raw raw) {
            return frames(raw.bytes());
        }
        List<StreamEvent> events = events(content, question);
        if (question.stream()) {
            return List.copyOf(dialect.stream(events, question));
        }
        if (failure(content) != null) {
            return List.of();
        }
        return halves(dialect.whole(events, question));
    }

    /// Two halves, so that there is a middle to stall or to be cut in.
    private static List<Body> halves(byte[] object) {
        int middle = object.length / 2;
        return List.of(
                new Body(Piece.of(object, 0, middle), 0, true),
                new Body(Piece.of(object, middle, object.length), 1, false));
    }

    private static List<StreamEvent> events(Content content, Question question) {
        return switch (content) {
            case Content.Events given -> given.events();
            case Content.Text text ->
                    events(
                            Paragraph.tokens(text.text()),
                            new Content.Generated(0, 0, 0, 0, StreamEvent.Reason.STOP),
                            question);
            case Content.Generated made ->
                    question.results().isEmpty()
                            ? events(paragraph(made.tokens(), question), made, question)
                            : events(
                                    Paragraph.quoting(question.results()),
                                    made.withToolCalls(0).withReason(StreamEvent.Reason.STOP),
                                    question);
            case Content.Raw _, Content.Whole _ -> List.of();
        };
    }

    private static List<String> paragraph(int tokens, Question question) {
        return question.images().isEmpty()
                ? Paragraph.about(question.model(), question.lastMessage(), tokens)
                : Paragraph.seeing(question.images());
    }

    private static List<StreamEvent> events(
            List<String> text, Content.Generated rest, Question question) {
        List<StreamEvent> events = new ArrayList<>();
        events.add(new Started("", question.model()));
        for (String thought : Paragraph.thoughts(rest.reasoningTokens())) {
            events.add(new ReasoningDelta(0, thought));
        }
        for (String token : text) {
            events.add(new TextDelta(0, token));
        }
        for (int call = 0; call < rest.toolCalls(); call++) {
            events.add(new ToolCallDelta(0, call, "call_sim" + call, tool(call, question), ""));
            events.add(new ToolCallDelta(0, call, null, null, "{\"place\":"));
            events.add(new ToolCallDelta(0, call, null, null, "\"Zürich " + call + "\"}"));
        }
        events.add(new Finish(0, rest.reason()));
        int output = text.size() + rest.reasoningTokens() + 3 * rest.toolCalls();
        // Four characters to a token is the usual rule of thumb.
        long input = 3L + (question.lastMessage().length() + 3) / 4;
        events.add(
                new Usage(
                        input + rest.cachedTokens(),
                        rest.cachedTokens(),
                        output,
                        rest.reasoningTokens()));
        return events;
    }

    /// The tools on offer by turns, or one that everybody has.
    private static String tool(int call, Question question) {
        List<String> offered = question.tools();
        return offered.isEmpty() ? "look_up" : offered.get(call % offered.size());
    }

    private static int tokens(Content content, Question question) {
        return switch (content) {
            case Content.Generated made ->
                    made.tokens() + made.reasoningTokens() + 3 * made.toolCalls();
            case Content.Text _, Content.Events _, Content.Raw _, Content.Whole _ ->
                    (int) events(content, question).stream().filter(StreamEvent::isContent).count();
        };
    }

    private static @Nullable Failed failure(Content content) {
        return content instanceof Content.Events given
                        && !given.events().isEmpty()
                        && given.events().getLast() instanceof Failed failed
                ? failed
                : null;
    }

    /// Cuts recorded bytes after every blank line. What follows the last one is a piece too.
    static List<Body> frames(byte[] bytes) {
        List<Body> frames = new ArrayList<>();
        int from = 0;
        int lineFrom = 0;
        int at = 0;
        while (at < bytes.length) {
            byte b = bytes[at];
            if (b != '\n' && b != '\r') {
                at++;
                continue;
            }
            int lineTo = at;
            at += b == '\r' && at + 1 < bytes.length && bytes[at + 1] == '\n' ? 2 : 1;
            if (lineTo == lineFrom && lineFrom > from) {
                frames.add(frame(bytes, from, at));
                from = at;
            }
            lineFrom = at;
        }
        if (from < bytes.length) {
            frames.add(frame(bytes, from, bytes.length));
        }
        return frames;
    }

    private static Body frame(byte[] bytes, int from, int to) {
        String text = new String(bytes, from, to - from, ISO_8859_1);
        boolean content = text.contains("data:") && !text.contains("data: [DONE]");
        return new Body(Piece.of(bytes, from, to), 1, content && !text.contains("\"choices\":[]"));
    }
}
