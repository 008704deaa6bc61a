package dev.firsttoken.simulator.dialect;

import dev.firsttoken.simulator.answer.Piece;
import dev.firsttoken.simulator.answer.Step.Body;
import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.event.StreamEvent.Reason;
import dev.firsttoken.wire.event.StreamEvent.Usage;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// OpenAI's Responses. Every event has its number, deltas of text have padding, and a broken stream
/// says `error` and then `response.failed`. Nothing is stored: `previous_response_id` is refused.
record Responses() implements Dialect {

    private static final String ROUTE = "/v1/responses";

    @Override
    public String title() {
        return "OpenAI Responses";
    }

    @Override
    public List<String> paths() {
        return List.of(ROUTE);
    }

    @Override
    public Question read(Call call) {
        Node body = Node.ofBody(call.body());
        if (body.get("previous_response_id").exists()) {
            throw new IllegalArgumentException(
                    "previous_response_id: not found (the simulator stores nothing)");
        }
        Conversation said = new Conversation();
        said.message(body.get("input").text());
        for (Node item : body.get("input").items()) {
            switch (item.get("type").text()) {
                case "function_call" -> {
                    if (said.hasResults()) {
                        said.turn();
                    }
                    said.calls(item.get("call_id").text());
                }
                case "function_call_output" -> {
                    String result = Chat.text(item.get("output"));
                    said.message(result);
                    said.result(item.get("call_id").text(), result);
                }
                case "reasoning" -> {
                    if (item.get("encrypted_content").exists()) {
                        Question.checkSignature(
                                "input", item.get("encrypted_content"), ResponsesItem.ENCRYPTED);
                    }
                }
                case "message", "" -> {
                    if (said.hasResults() || !item.get("role").text().equals("assistant")) {
                        said.checkResults("input");
                        said.turn();
                    }
                    said.message(Chat.text(item.get("content")));
                    for (Node part : item.get("content").items()) {
                        if (part.get("type").text().equals("input_image")) {
                            said.shows(Question.mediaType(part.get("image_url").text()));
                        }
                    }
                }
                default -> {}
            }
        }
        said.checkResults("input");
        return said.question(
                body.get("model").text(),
                body.get("stream").isTrue(),
                true,
                body.get("tools").items().stream()
                        .map(tool -> tool.get("name").text())
                        .filter(name -> !name.isEmpty())
                        .toList());
    }

    @Override
    public List<Body> stream(List<StreamEvent> events, Question question) {
        Said said = Said.of(events);
        ResponsesStream out = new ResponsesStream();
        Object begun = response(said, question, "in_progress", List.of());
        out.event("response.created", false, "response", begun);
        out.event("response.in_progress", false, "response", begun);
        List<ResponsesItem> items = ResponsesItem.of(said);
        items.forEach(item -> item.tell(out));
        if (said.failure() != null) {
            fail(said.failure().detail(), out);
        } else if (said.reason() != null) {
            String status = status(said);
            out.event(
                    "response." + status,
                    false,
                    "response",
                    response(said, question, status, items));
        }
        return out.bodies();
    }

    private static String status(Said said) {
        return incomplete(said) == null ? "completed" : "incomplete";
    }

    private static @Nullable String incomplete(Said said) {
        Reason reason = said.reason();
        if (reason == Reason.LENGTH || reason == Reason.CONTEXT_FULL) {
            return "max_output_tokens";
        }
        return reason == Reason.CONTENT_FILTER ? "content_filter" : null;
    }

    private static Map<String, @Nullable Object> response(
            Said said, Question question, String status, List<ResponsesItem> output) {
        boolean ended = !status.equals("in_progress");
        String incomplete = ended ? incomplete(said) : null;
        return Json.object(
                "id",
                "resp_" + said.mark(),
                "object",
                "response",
                "created_at",
                Chat.CREATED_SECONDS,
                "status",
                status,
                "background",
                false,
                "error",
                null,
                "incomplete_details",
                incomplete == null ? null : Json.object("reason", incomplete),
                "instructions",
                null,
                "max_output_tokens",
                null,
                "model",
                question.model(),
                "output",
                output.stream().map(ResponsesItem::whole).toList(),
                "parallel_tool_calls",
                true,
                "previous_response_id",
                null,
                "reasoning",
                Json.object("effort", null, "summary", null),
                "service_tier",
                "default",
                "store",
                false,
                "temperature",
                1,
                "text",
                Json.object("format", Json.object("type", "text")),
                "tool_choice",
                "auto",
                "tools",
                List.of(),
                "top_logprobs",
                0,
                "top_p",
                1,
                "truncation",
                "disabled",
                "usage",
                ended ? usage(said.usage()) : null,
                "metadata",
                Json.object());
    }

    private static Map<String, @Nullable Object> usage(Usage usage) {
        return Json.object(
                "input_tokens",
                usage.inputTokens(),
                "input_tokens_details",
                Json.object("cached_tokens", usage.cachedInputTokens()),
                "output_tokens",
                usage.outputTokens(),
                "output_tokens_details",
                Json.object("reasoning_tokens", usage.reasoningTokens()),
                "total_tokens",
                usage.inputTokens() + usage.outputTokens());
    }

    @Override
    public byte[] whole(List<StreamEvent> events, Question question) {
        Said said = Said.of(events);
        return Json.bytes(response(said, question, status(said), ResponsesItem.of(said)));
    }

    @Override
    public byte[] error(Failure failure) {
        return Dialects.CHAT.error(failure);
    }

    @Override
    public Piece errorEvent(String message) {
        ResponsesStream out = new ResponsesStream(2);
        fail(message, out);
        StringBuilder both = new StringBuilder();
        out.bodies().forEach(body -> both.append(body.piece()));
        return Piece.of(both.toString());
    }

    private static void fail(String message, ResponsesStream out) {
        out.event(
                "error",
                false,
                "error",
                Json.object(
                        "type",
                        "server_error",
                        "code",
                        "server_error",
                        "message",
                        message,
                        "param",
                        null));
        out.event(
                "response.failed",
                false,
                "response",
                Json.object(
                        "id",
                        "resp_sim",
                        "object",
                        "response",
                        "created_at",
                        Chat.CREATED_SECONDS,
                        "status",
                        "failed",
                        "error",
                        Json.object("code", "server_error", "message", message),
                        "incomplete_details",
                        null,
                        "model",
                        "sim",
                        "output",
                        List.of(),
                        "usage",
                        null));
    }
}
