package dev.firsttoken.wire.message;

import dev.firsttoken.wire.event.Citation;
import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.event.StreamEvent.AudioDelta;
import dev.firsttoken.wire.event.StreamEvent.BlockStop;
import dev.firsttoken.wire.event.StreamEvent.Cited;
import dev.firsttoken.wire.event.StreamEvent.Failed;
import dev.firsttoken.wire.event.StreamEvent.Finish;
import dev.firsttoken.wire.event.StreamEvent.LogProbs;
import dev.firsttoken.wire.event.StreamEvent.Metadata;
import dev.firsttoken.wire.event.StreamEvent.Reason;
import dev.firsttoken.wire.event.StreamEvent.ReasoningDelta;
import dev.firsttoken.wire.event.StreamEvent.RefusalDelta;
import dev.firsttoken.wire.event.StreamEvent.Signature;
import dev.firsttoken.wire.event.StreamEvent.Started;
import dev.firsttoken.wire.event.StreamEvent.TextDelta;
import dev.firsttoken.wire.event.StreamEvent.ToolCallDelta;
import dev.firsttoken.wire.event.StreamEvent.Unrecognized;
import dev.firsttoken.wire.event.StreamEvent.Usage;
import dev.firsttoken.wire.json.RawJson;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Folds the events of a stream into an [Answer].
///
/// Keeps the whole answer in memory. One instance per stream, used by one thread at a time.
public final class AnswerAssembler implements Consumer<StreamEvent> {

    private enum Kind {
        TEXT,
        REASONING,
        REFUSAL,
        CALL,
        AUDIO,
        WHOLE
    }

    private static final class Block {
        final Kind kind;
        final StringBuilder text = new StringBuilder();
        final StringBuilder data = new StringBuilder();
        final List<Citation> citations = new ArrayList<>();
        Part.@Nullable Signed signature;
        @Nullable String id;
        int call;
        @Nullable Part whole;

        Block(Kind kind) {
            this.kind = kind;
        }
    }

    private static final class Choice {
        final List<Block> blocks = new ArrayList<>();
        final ToolCalls calls = new ToolCalls();
        final StringBuilder logProbs = new StringBuilder();
        final StringBuilder refusalLogProbs = new StringBuilder();
        @Nullable Block open;
        @Nullable Finish finish;

        Block block(Kind kind) {
            if (open == null || open.kind != kind) {
                open = new Block(kind);
                blocks.add(open);
            }
            return open;
        }

        void whole(Part part) {
            Block block = new Block(Kind.WHOLE);
            block.whole = part;
            blocks.add(block);
            open = null;
        }
    }

    private String id = "";
    private String model = "";
    private long createdSeconds;
    private final Map<Integer, Choice> choices = new TreeMap<>();
    private final Map<String, String> metadata = new LinkedHashMap<>();
    private @Nullable Usage usage;
    private @Nullable Failure failure;

    @Override
    public void accept(StreamEvent event) {
        if (failure != null) {
            return;
        }
        try {
            take(event);
        } catch (ToolCalls.BrokenException e) {
            failure = Failure.of(Failure.Kind.INVALID, String.valueOf(e.getMessage()));
        }
    }

    private void take(StreamEvent event) throws ToolCalls.BrokenException {
        switch (event) {
            case Started started -> {
                id = started.id();
                model = started.model();
                createdSeconds = started.createdSeconds();
            }
            case TextDelta(int choice, String text) ->
                    choice(choice).block(Kind.TEXT).text.append(text);
            case ReasoningDelta(int choice, String text) ->
                    choice(choice).block(Kind.REASONING).text.append(text);
            case RefusalDelta(int choice, String text) ->
                    choice(choice).block(Kind.REFUSAL).text.append(text);
            case ToolCallDelta delta -> call(choice(delta.choice()), delta);
            case BlockStop(int choice) -> choice(choice).open = null;
            case Signature signature -> sign(choice(signature.choice()), signature);
            case Cited(int choice, Citation citation) ->
                    choice(choice).block(Kind.TEXT).citations.add(citation);
            case LogProbs(int index, boolean refusal, String json) -> {
                Choice choice = choice(index);
                join(refusal ? choice.refusalLogProbs : choice.logProbs, json);
            }
            case AudioDelta delta -> {
                Block block = choice(delta.choice()).block(Kind.AUDIO);
                block.id = delta.id() == null ? block.id : delta.id();
                block.data.append(delta.data());
                block.text.append(delta.transcript());
            }
            case StreamEvent.Image(int choice, String mediaType, String data) ->
                    choice(choice)
                            .whole(
                                    new Part.Image(
                                            new Source.Inline(mediaType, data), null, Extras.NONE));
            case Usage latest -> usage = latest;
            case Metadata(String name, String value) -> metadata.put(name, value);
            // It has no choice: dialects that need such parts have one only.
            case Unrecognized(String type, String json) ->
                    choice(0).whole(new Part.Opaque(type, new RawJson(json)));
            case Finish finish -> {
                Choice choice = choice(finish.choice());
                choice.finish = finish;
                choice.open = null;
                if (finish.reason() == Reason.TOOL_CALLS) {
                    choice.calls.checkComplete();
                }
            }
            case Failed failed -> failure = failed.failure();
        }
    }

    private static void call(Choice choice, ToolCallDelta delta) throws ToolCalls.BrokenException {
        choice.calls.add(delta);
        for (Block block : choice.blocks) {
            if (block.kind == Kind.CALL && block.call == delta.call()) {
                choice.open = block;
                return;
            }
        }
        Block block = new Block(Kind.CALL);
        block.call = delta.call();
        choice.blocks.add(block);
        choice.open = block;
    }

    private static void sign(Choice choice, Signature event) {
        var signed = new Part.Signed(event.issuer(), event.data());
        switch (event.of()) {
            case REASONING -> choice.block(Kind.REASONING).signature = signed;
            case TEXT -> choice.block(Kind.TEXT).signature = signed;
            case TOOL_CALL -> {
                if (choice.open != null && choice.open.kind == Kind.CALL) {
                    choice.calls.sign(choice.open.call, signed);
                }
            }
            case REDACTED -> choice.whole(new Part.RedactedReasoning(signed, Extras.NONE));
        }
    }

    /// Appends the elements of one array to another.
    private static void join(StringBuilder array, String more) {
        String elements = more.strip();
        elements = elements.substring(1, elements.length() - 1).strip();
        if (array.isEmpty()) {
            array.append('[').append(elements).append(']');
        } else if (!elements.isEmpty()) {
            array.setLength(array.length() - 1);
            array.append(array.length() > 1 ? "," : "").append(elements).append(']');
        }
    }

    private Choice choice(int index) {
        return choices.computeIfAbsent(index, _ -> new Choice());
    }

    /// What went wrong: what the stream said, or a rule that it broke.
    public @Nullable Failure failure() {
        return failure;
    }

    /// Whether every choice that began has ended, and nothing went wrong.
    public boolean isComplete() {
        return failure == null
                && !choices.isEmpty()
                && choices.values().stream().allMatch(choice -> choice.finish != null);
    }

    /// The answer.
    ///
    /// @throws IllegalStateException when it is not complete: no dialect has a form for half an
    ///   answer that is not a stream
    public Answer answer() {
        Failure broken = failure;
        if (broken != null) {
            throw new IllegalStateException(
                    "failed with " + broken.kind() + " (expected: a complete answer)");
        }
        var done = new ArrayList<Answer.Choice>();
        choices.forEach((index, choice) -> done.add(choice(index, choice)));
        return new Answer(
                id, model, createdSeconds, List.copyOf(done), usage, Map.copyOf(metadata));
    }

    private static Answer.Choice choice(int index, Choice choice) {
        Finish finish = choice.finish;
        if (finish == null) {
            throw new IllegalStateException(
                    "choice " + index + ": no finish (expected: a complete answer)");
        }
        var parts = new ArrayList<Part>();
        for (Block block : choice.blocks) {
            parts.add(part(choice, block));
        }
        return new Answer.Choice(
                index,
                List.copyOf(parts),
                choice.logProbs.isEmpty() ? null : choice.logProbs.toString(),
                choice.refusalLogProbs.isEmpty() ? null : choice.refusalLogProbs.toString(),
                finish);
    }

    private static Part part(Choice choice, Block block) {
        Part whole = block.whole;
        if (whole != null) {
            return whole;
        }
        String text = block.text.toString();
        return switch (block.kind) {
            case TEXT ->
                    new Part.Text(text, List.copyOf(block.citations), block.signature, Extras.NONE);
            case REASONING -> new Part.Reasoning(text, block.signature, Extras.NONE);
            case REFUSAL -> new Part.Refusal(text, Extras.NONE);
            case AUDIO ->
                    new Part.Audio(
                            new Source.Inline("", block.data.toString()),
                            block.id,
                            text,
                            Extras.NONE);
            case CALL, WHOLE -> {
                try {
                    yield choice.calls.get(block.call);
                } catch (ToolCalls.BrokenException e) {
                    throw new IllegalStateException(e.getMessage(), e);
                }
            }
        };
    }
}
