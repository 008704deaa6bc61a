package dev.firsttoken.wire.message;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a client asks a model for, in no dialect.
///
/// System texts are messages like others, where the client put them.
///
/// @param model the name the client asked for, if it did
/// @param stream whether the answer shall come in pieces
/// @param usageWanted whether the client wants to see token counts in a stream
/// @param toolChoice null when the client did not say
/// @param parallelCalls whether several tools may be called at once; null when it did not say
/// @param extras what is left of the body
public record Request(
        @Nullable String model,
        boolean stream,
        boolean usageWanted,
        List<Message> messages,
        List<Tool> tools,
        Tool.@Nullable Choice toolChoice,
        @Nullable Boolean parallelCalls,
        Parameters parameters,
        Extras extras) {

    /// A request that asks for nothing.
    public static final Request NOTHING =
            new Request(
                    null,
                    true,
                    true,
                    List.of(),
                    List.of(),
                    null,
                    null,
                    new Parameters(),
                    Extras.NONE);

    /// The tools that the model may call: without those that the choice leaves out.
    public List<Tool> offeredTools() {
        if (!(toolChoice instanceof Tool.Choice.Among(_, List<String> names))) {
            return tools;
        }
        return tools.stream()
                .filter(tool ->
                        !(tool instanceof Tool.Function function)
                                || names.contains(function.name()))
                .toList();
    }
}
