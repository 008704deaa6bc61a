package dev.firsttoken.simulator.fault;

import dev.firsttoken.simulator.answer.Piece;
import dev.firsttoken.simulator.answer.Step;
import dev.firsttoken.simulator.answer.Step.Body;

/// The chunks of a chat stream that faults send or look for.
final class Chunk {

    static final String HEAD =
            "data: {\"id\":\"chatcmpl-odd\",\"object\":\"chat.completion.chunk\",\"created\":0,"
                    + "\"model\":\"odd\",\"choices\":";

    private Chunk() {}

    /// A chunk with this JSON array as its choices.
    static Body choices(String choices) {
        return Body.event(Piece.of(HEAD + choices + "}\n\n"));
    }

    /// A chunk with one token.
    ///
    /// @param text as it stands in a JSON string
    static Body token(String text) {
        return new Body(choices(delta("{\"content\":\"" + text + "\"}")).piece(), 1, true);
    }

    /// The choices of a chunk with this delta.
    static String delta(String delta) {
        return "[{\"index\":0,\"delta\":" + delta + ",\"finish_reason\":null}]";
    }

    static boolean isFinish(Step step) {
        return step instanceof Body body
                && body.piece().toString().contains("\"finish_reason\":\"");
    }

    static boolean isUsage(Step step) {
        return step instanceof Body body && body.piece().toString().contains("\"usage\":{");
    }

    static boolean isDone(Step step) {
        return step instanceof Body body && body.piece().toString().startsWith("data: [DONE]");
    }
}
