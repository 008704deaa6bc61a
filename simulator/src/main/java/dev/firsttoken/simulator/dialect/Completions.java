package dev.firsttoken.simulator.dialect;

import dev.firsttoken.simulator.answer.Piece;
import dev.firsttoken.simulator.answer.Step.Body;
import dev.firsttoken.simulator.dialect.Said.Block;
import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.event.StreamEvent.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// OpenAI's completions, the dialect before chat: one prompt, and text is all that comes back.
/// Thoughts and calls of tools are left out, though they are counted.
record Completions() implements Dialect {

    private static final String ROUTE = "/v1/completions";

    @Override
    public String title() {
        return "OpenAI completions";
    }

    @Override
    public List<String> paths() {
        return List.of(ROUTE);
    }

    @Override
    public Question read(Call call) {
        Node body = Node.ofBody(call.body());
        Node prompt = body.get("prompt");
        if (prompt.items().size() == 1) {
            prompt = prompt.last();
        }
        if (!prompt.isText()) {
            throw new IllegalArgumentException(
                    "prompt: " + prompt.quoted() + " (expected: a text, or one in an array)");
        }
        return new Question(
                body.get("model").text(),
                body.get("stream").isTrue(),
                body.get("stream_options").get("include_usage").isTrue(),
                prompt.text());
    }

    @Override
    public List<Body> stream(List<StreamEvent> events, Question question) {
        Said said = Said.of(events);
        List<Body> bodies = new ArrayList<>();
        for (Block block : said.blocks()) {
            if (isText(block)) {
                for (String delta : block.deltas()) {
                    bodies.add(event(List.of(choice(delta, null)), said, question, true));
                }
            }
        }
        if (said.failure() != null) {
            bodies.add(Body.event(errorEvent(said.failure().detail())));
        } else if (said.reason() != null) {
            bodies.add(event(List.of(choice("", reason(said))), said, question, false));
            if (question.usageWanted()) {
                bodies.add(event(List.of(), said, question, false));
            }
            bodies.add(Body.event(Piece.of("data: [DONE]\n\n")));
        }
        return bodies;
    }

    private static boolean isText(Block block) {
        return block.kind() == Said.Kind.TEXT || block.kind() == Said.Kind.REFUSAL;
    }

    /// @param choices none for the event that has the usage
    private static Body event(List<?> choices, Said said, Question question, boolean content) {
        Map<String, @Nullable Object> object = object(choices, said, question);
        if (question.usageWanted()) {
            object.put("usage", choices.isEmpty() ? usage(said.usage()) : null);
        }
        return new Body(Piece.of("data: " + Json.text(object) + "\n\n"), 1, content);
    }

    private static Map<String, @Nullable Object> object(
            List<?> choices, Said said, Question question) {
        return Json.object(
                "id",
                "cmpl-" + said.mark(),
                "object",
                "text_completion",
                "created",
                Chat.CREATED_SECONDS,
                "choices",
                choices,
                "model",
                question.model());
    }

    private static Map<String, @Nullable Object> choice(String text, @Nullable String reason) {
        return Json.object("text", text, "index", 0, "logprobs", null, "finish_reason", reason);
    }

    private static Map<String, @Nullable Object> usage(Usage usage) {
        return Json.object(
                "prompt_tokens",
                usage.inputTokens(),
                "completion_tokens",
                usage.outputTokens(),
                "total_tokens",
                usage.inputTokens() + usage.outputTokens());
    }

    private static String reason(Said said) {
        return switch (said.reason()) {
            case null -> "stop";
            case STOP, STOP_SEQUENCE, TOOL_CALLS, PAUSE, COMPACTION, OTHER -> "stop";
            case LENGTH, CONTEXT_FULL -> "length";
            case CONTENT_FILTER -> "content_filter";
        };
    }

    @Override
    public byte[] whole(List<StreamEvent> events, Question question) {
        Said said = Said.of(events);
        StringBuilder text = new StringBuilder();
        said.blocks().stream().filter(Completions::isText).forEach(b -> text.append(b.whole()));
        List<?> choices = List.of(choice(text.toString(), reason(said)));
        Map<String, @Nullable Object> object = object(choices, said, question);
        object.put("usage", usage(said.usage()));
        return Json.bytes(object);
    }

    @Override
    public byte[] error(Failure failure) {
        return Dialects.CHAT.error(failure);
    }

    @Override
    public Piece errorEvent(String message) {
        return Dialects.CHAT.errorEvent(message);
    }
}
