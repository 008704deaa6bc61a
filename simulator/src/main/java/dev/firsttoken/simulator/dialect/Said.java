package dev.firsttoken.simulator.dialect;

import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.event.StreamEvent.Failed;
import dev.firsttoken.wire.event.StreamEvent.Finish;
import dev.firsttoken.wire.event.StreamEvent.Reason;
import dev.firsttoken.wire.event.StreamEvent.ReasoningDelta;
import dev.firsttoken.wire.event.StreamEvent.RefusalDelta;
import dev.firsttoken.wire.event.StreamEvent.TextDelta;
import dev.firsttoken.wire.event.StreamEvent.ToolCallDelta;
import dev.firsttoken.wire.event.StreamEvent.Usage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is said in one answer, block by block.
///
/// @param reason null when the answer never finishes
/// @param detail of the reason, such as the text that it stopped at
/// @param failure what the stream ends with instead
public record Said(
        List<Block> blocks,
        @Nullable Reason reason,
        @Nullable String detail,
        Usage usage,
        @Nullable Failure failure) {

    /// What a block is made of.
    public enum Kind {
        REASONING,
        TEXT,
        REFUSAL,
        TOOL_CALL
    }

    /// A run of deltas of one kind.
    ///
    /// @param id of a tool call, empty for anything else
    /// @param name of the tool, empty for anything else
    public record Block(Kind kind, List<String> deltas, String id, String name) {
        public Block {
            deltas = List.copyOf(deltas);
        }

        /// All of its text; of a call its arguments, as JSON.
        String whole() {
            String all = String.join("", deltas);
            return kind == Kind.TOOL_CALL && all.isEmpty() ? "{}" : all;
        }
    }

    public Said {
        blocks = List.copyOf(blocks);
    }

    /// Folds the events of the first choice. What not every dialect can say is left out.
    public static Said of(List<StreamEvent> events) {
        Folding folding = new Folding();
        events.forEach(folding::add);
        folding.endBlock();
        return new Said(
                folding.blocks, folding.reason, folding.detail, folding.usage, folding.failure);
    }

    private static final class Folding {

        private final List<Block> blocks = new ArrayList<>();
        private final List<String> deltas = new ArrayList<>();
        private @Nullable Kind kind;
        private String id = "";
        private String name = "";
        private @Nullable Reason reason;
        private @Nullable String detail;
        private Usage usage = Usage.NONE;
        private @Nullable Failure failure;

        void add(StreamEvent event) {
            switch (event) {
                case ReasoningDelta delta -> add(Kind.REASONING, delta.text());
                case TextDelta delta -> add(Kind.TEXT, delta.text());
                case RefusalDelta delta -> add(Kind.REFUSAL, delta.text());
                case ToolCallDelta delta -> addCall(delta);
                case Finish finish -> {
                    reason = finish.reason();
                    detail = finish.detail();
                }
                case Usage counts -> usage = counts;
                case Failed failed -> failure = failed.failure();
                case StreamEvent.Started _,
                        StreamEvent.BlockStop _,
                        StreamEvent.Signature _,
                        StreamEvent.Cited _,
                        StreamEvent.LogProbs _,
                        StreamEvent.AudioDelta _,
                        StreamEvent.Image _,
                        StreamEvent.Metadata _,
                        StreamEvent.Unrecognized _ -> {}
            }
        }

        private void add(Kind next, String delta) {
            if (kind != next) {
                endBlock();
                kind = next;
            }
            deltas.add(delta);
        }

        private void addCall(ToolCallDelta delta) {
            if (delta.id() != null || delta.name() != null) {
                endBlock();
                kind = Kind.TOOL_CALL;
                id = String.valueOf(delta.id());
                name = String.valueOf(delta.name());
            }
            if (!delta.arguments().isEmpty()) {
                deltas.add(delta.arguments());
            }
        }

        void endBlock() {
            if (kind != null) {
                blocks.add(new Block(kind, deltas, id, name));
            }
            deltas.clear();
            kind = null;
            id = "";
            name = "";
        }
    }

    /// A word for ids: the same for the same answer.
    String mark() {
        StringBuilder all = new StringBuilder();
        blocks.forEach(block -> all.append(block.whole()));
        return "sim" + Integer.toHexString(all.toString().hashCode());
    }

    boolean hasReasoning() {
        return blocks.stream().anyMatch(block -> block.kind == Kind.REASONING);
    }
}
