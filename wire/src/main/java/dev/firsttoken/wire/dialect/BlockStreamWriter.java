package dev.firsttoken.wire.dialect;

import dev.firsttoken.wire.event.Citation;
import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.event.StreamEvent.AudioDelta;
import dev.firsttoken.wire.event.StreamEvent.BlockStop;
import dev.firsttoken.wire.event.StreamEvent.Cited;
import dev.firsttoken.wire.event.StreamEvent.Failed;
import dev.firsttoken.wire.event.StreamEvent.Finish;
import dev.firsttoken.wire.event.StreamEvent.Image;
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
import dev.firsttoken.wire.json.Utf8Buffer;
import dev.firsttoken.wire.message.Part;
import dev.firsttoken.wire.message.ToolCalls;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes one stream in a dialect whose content comes in numbered blocks, one after the other.
///
/// Blocks do not overlap: tool calls that come interleaved wait until the one before them is whole.
/// A stream begins with the first event that is more than numbers, so that its start can hold the
/// input's token count if that is known by then. Tool calls are held to the rules of [ToolCalls].
/// What such dialects have no form for is left out: other choices than the first, audio and token
/// probabilities.
///
/// A dialect says how each thing is written, and may [open][#open] and [close][#close] blocks for
/// what only it knows.
public abstract class BlockStreamWriter implements StreamWriter {

    /// What a block is made of.
    protected enum Block {
        TEXT,
        REASONING,
        CALL
    }

    private final SerialCalls calls = new SerialCalls();
    private final ToolCalls rules = new ToolCalls();
    private final Map<String, String> metadata = new LinkedHashMap<>();

    private boolean begun;
    private boolean failed;
    private @Nullable Block open;
    private int index;
    private Usage usage = Usage.NONE;
    private @Nullable Finish finish;

    /// Writes what comes before everything else.
    protected abstract void begin(Utf8Buffer out);

    /// Writes the start of a block of text or of reasoning.
    protected abstract void start(Block kind, Utf8Buffer out);

    protected abstract void text(String text, Utf8Buffer out);

    protected abstract void reasoning(String text, Utf8Buffer out);

    /// Writes the start of a tool call.
    ///
    /// @param id may be empty
    protected abstract void startCall(String id, String name, Utf8Buffer out);

    /// Writes a piece of the arguments of the open call, which is not empty.
    protected abstract void arguments(String piece, Utf8Buffer out);

    /// Writes the end of the block that is open.
    protected abstract void stop(Utf8Buffer out);

    protected abstract void sign(Signature signature, Utf8Buffer out);

    protected abstract void cite(Citation citation, Utf8Buffer out);

    protected abstract void image(Image image, Utf8Buffer out);

    /// @param json in one line
    protected abstract void unrecognized(String type, String json, Utf8Buffer out);

    /// Writes the finish of the answer, whose blocks are closed.
    protected abstract void finish(Finish finish, Utf8Buffer out);

    /// Writes what comes last in a good answer.
    protected abstract void end(Finish finish, Utf8Buffer out);

    /// Writes what comes last in an answer that broke.
    protected abstract void fail(Failure failure, Utf8Buffer out);

    /// The number of the block that is open, or that comes next.
    protected final int index() {
        return index;
    }

    /// What kind of block is open, if one is.
    protected final @Nullable Block open() {
        return open;
    }

    /// The token counts that came last.
    protected final Usage usage() {
        return usage;
    }

    /// What the answer says of itself, see [Metadata].
    protected final Map<String, String> metadata() {
        return metadata;
    }

    /// A piece of metadata in one line of JSON, if it was said.
    protected final @Nullable RawJson metadata(String name) {
        String value = metadata.get(name);
        return value == null ? null : new RawJson(value).inOneLine();
    }

    /// The tool call that is open, as far as it has come.
    protected final Part.ToolCall call() {
        try {
            return rules.get(calls.number());
        } catch (ToolCalls.BrokenException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    @Override
    public final void write(StreamEvent event, Utf8Buffer out) {
        if (failed) {
            return;
        }
        switch (event) {
            case Started _ -> {
                // Said with the first event that is more than numbers.
            }
            case TextDelta(int choice, String text) -> tellText(choice, text, out);
            case RefusalDelta(int choice, String text) -> tellText(choice, text, out);
            case ReasoningDelta(int choice, String text) -> {
                if (choice == 0) {
                    open(Block.REASONING, out);
                    reasoning(text, out);
                }
            }
            case ToolCallDelta delta -> {
                if (delta.choice() == 0) {
                    call(delta, out);
                }
            }
            case BlockStop(int choice) -> {
                if (choice == 0) {
                    stopBlock(out);
                }
            }
            case Signature signature -> {
                if (signature.choice() == 0) {
                    sign(signature, out);
                }
            }
            case Cited(int choice, Citation citation) -> {
                if (choice == 0) {
                    cite(citation, out);
                }
            }
            case Image image -> {
                if (image.choice() == 0) {
                    image(image, out);
                }
            }
            case Usage latest -> usage = latest;
            case Metadata(String name, String value) -> metadata.put(name, value);
            case Finish ended -> {
                if (ended.choice() == 0) {
                    tellFinish(ended, out);
                }
            }
            case Unrecognized(String type, String json) ->
                    unrecognized(type, new RawJson(json).inOneLine().text(), out);
            case LogProbs _, AudioDelta _ -> {
                // No form here.
            }
            case Failed(Failure failure) -> tellFailure(failure, out);
        }
    }

    @Override
    public final void end(Utf8Buffer out) {
        if (failed) {
            return;
        }
        Finish ended = finish;
        if (ended == null) {
            tellFailure(
                    Failure.of(Failure.Kind.TRUNCATED, "the answer ended before it was complete"),
                    out);
        } else {
            end(ended, out);
        }
    }

    private void tellText(int choice, String text, Utf8Buffer out) {
        if (choice == 0) {
            open(Block.TEXT, out);
            text(text, out);
        }
    }

    private void tellFinish(Finish ended, Utf8Buffer out) {
        if (ended.reason() == Reason.TOOL_CALLS) {
            try {
                rules.checkComplete();
            } catch (ToolCalls.BrokenException e) {
                broken(e, out);
                return;
            }
        }
        close(out);
        finish = ended;
        finish(ended, out);
    }

    private void broken(ToolCalls.BrokenException e, Utf8Buffer out) {
        tellFailure(Failure.of(Failure.Kind.INVALID, String.valueOf(e.getMessage())), out);
    }

    private void tellFailure(Failure failure, Utf8Buffer out) {
        failed = true;
        fail(failure, out);
    }

    private void call(ToolCallDelta delta, Utf8Buffer out) {
        try {
            rules.add(delta);
        } catch (ToolCalls.BrokenException e) {
            broken(e, out);
            return;
        }
        if (open != Block.CALL) {
            open(Block.CALL, out);
        }
        switch (calls.add(delta)) {
            case NOW -> tellArguments(delta.arguments(), out);
            case FIRST -> tellCall(out);
            case LATER -> {
                // Told when the call before it is whole.
            }
        }
        tellWholeCalls(out);
    }

    private void stopBlock(Utf8Buffer out) {
        if (calls.stop()) {
            nextCall(out);
            tellWholeCalls(out);
        } else if (open != Block.CALL) {
            close(out);
        }
    }

    private void tellWholeCalls(Utf8Buffer out) {
        while (calls.isWhole() && calls.hasNext()) {
            nextCall(out);
        }
    }

    /// Ends the call that is open and starts the one that waits, if one does.
    private void nextCall(Utf8Buffer out) {
        tellStop(out);
        calls.next();
        if (calls.isOpen()) {
            open = Block.CALL;
            tellCall(out);
        }
    }

    private void tellCall(Utf8Buffer out) {
        Part.ToolCall call = call();
        startCall(call.id(), call.name(), out);
        tellArguments(calls.takeArguments(), out);
    }

    private void tellArguments(String piece, Utf8Buffer out) {
        if (!piece.isEmpty()) {
            arguments(piece, out);
        }
    }

    /// Has a block of a kind open, and closes any other.
    protected final void open(Block kind, Utf8Buffer out) {
        if (open == kind) {
            return;
        }
        close(out);
        open = kind;
        if (kind != Block.CALL) {
            start(kind, out);
        }
    }

    /// Ends the block that is open, and tells the calls that still wait. It begins the stream.
    protected final void close(Utf8Buffer out) {
        if (!begun) {
            begun = true;
            begin(out);
        }
        while (open == Block.CALL) {
            nextCall(out);
        }
        if (open != null) {
            tellStop(out);
        }
    }

    /// Ends the block that is open, or one that its dialect has started by itself.
    protected final void tellStop(Utf8Buffer out) {
        stop(out);
        open = null;
        index++;
    }
}
