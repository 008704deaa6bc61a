package dev.firsttoken.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.List;

/// The same answer in the words of each provider: it thinks, says something and calls a tool; 21
/// tokens in, 4 of them cached, 9 out.
final class Spoken {

    static final String SSE = "text/event-stream";
    static final String JSON = "application/json";

    private Spoken() {}

    static String streamType(String dialect) {
        return switch (dialect) {
            case "ollama" -> "application/x-ndjson";
            case "bedrock" -> "application/vnd.amazon.eventstream";
            default -> SSE;
        };
    }

    /// What was spoken as it goes over the wire: no character here is more than a byte.
    static byte[] bytes(String spoken) {
        return spoken.getBytes(ISO_8859_1);
    }

    static String path(String dialect, String model, boolean stream) {
        return switch (dialect) {
            case "openai" -> "/v1/chat/completions";
            case "anthropic" -> "/v1/messages";
            case "responses" -> "/v1/responses";
            case "gemini" ->
                    "/v1beta/models/"
                            + model
                            + (stream ? ":streamGenerateContent?alt=sse" : ":generateContent");
            case "ollama" -> "/api/chat";
            case "cohere" -> "/v2/chat";
            case "bedrock" -> "/model/" + model + (stream ? "/converse-stream" : "/converse");
            default -> throw new IllegalArgumentException(dialect);
        };
    }

    static String stream(String dialect) {
        return switch (dialect) {
            case "openai" ->
                    chunk("{\"role\":\"assistant\",\"content\":\"\"}", "null")
                            + chunk("{\"reasoning_content\":\"Let me \"}", "null")
                            + chunk("{\"reasoning_content\":\"think.\"}", "null")
                            + chunk("{\"content\":\"Hello \"}", "null")
                            + chunk("{\"content\":\"there\"}", "null")
                            + chunk(
                                    "{\"tool_calls\":[{\"index\":0,\"id\":\"call_1\",\"type\":\"function\","
                                            + "\"function\":{\"name\":\"weather\",\"arguments\":\"\"}}]}",
                                    "null")
                            + chunk(
                                    "{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":"
                                            + "\"{\\\"city\\\":\\\"Oslo\\\"}\"}}]}",
                                    "null")
                            + chunk("{}", "\"tool_calls\"")
                            + data(
                                    "{\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\","
                                            + "\"choices\":[],\"usage\":"
                                            + CHAT_USAGE
                                            + "}")
                            + "data: [DONE]\n\n";
            case "anthropic" ->
                    event(
                                    "message_start",
                                    "\"message\":{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\","
                                            + "\"model\":\"m\",\"content\":[],\"stop_reason\":null,"
                                            + "\"stop_sequence\":null,\"usage\":{\"input_tokens\":17,"
                                            + "\"cache_read_input_tokens\":4,\"output_tokens\":1}}")
                            + block(
                                    0,
                                    "{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}")
                            + delta(
                                    0,
                                    "{\"type\":\"thinking_delta\",\"thinking\":\"Let me think.\"}")
                            + delta(0, "{\"type\":\"signature_delta\",\"signature\":\"c2ln\"}")
                            + event("content_block_stop", "\"index\":0")
                            + event("ping", null)
                            + block(1, "{\"type\":\"text\",\"text\":\"\"}")
                            + delta(1, "{\"type\":\"text_delta\",\"text\":\"Hello \"}")
                            + delta(1, "{\"type\":\"text_delta\",\"text\":\"there\"}")
                            + event("content_block_stop", "\"index\":1")
                            + block(
                                    2,
                                    "{\"type\":\"tool_use\",\"id\":\"toolu_1\",\"name\":\"weather\",\"input\":{}}")
                            + delta(2, "{\"type\":\"input_json_delta\",\"partial_json\":\"\"}")
                            + delta(
                                    2,
                                    "{\"type\":\"input_json_delta\",\"partial_json\":"
                                            + "\"{\\\"city\\\":\\\"Oslo\\\"}\"}")
                            + event("content_block_stop", "\"index\":2")
                            + event("something_new", "\"of\":\"tomorrow\"")
                            + event(
                                    "message_delta",
                                    "\"delta\":{\"stop_reason\":\"tool_use\",\"stop_sequence\":null},"
                                            + "\"usage\":{\"output_tokens\":9}")
                            + event("message_stop", null);
            case "responses" -> responses();
            case "gemini" ->
                    part("{\"text\":\"Let me think.\",\"thought\":true}", "")
                            + part("{\"text\":\"Hello \"}", "")
                            + part("{\"text\":\"there\"}", "")
                            + part(
                                    "{\"functionCall\":{\"name\":\"weather\",\"args\":{\"city\":\"Oslo\"}}}",
                                    ",\"finishReason\":\"STOP\"");
            case "ollama" ->
                    line("\"content\":\"\",\"thinking\":\"Let me think.\"")
                            + line("\"content\":\"Hello \"")
                            + line("\"content\":\"there\"")
                            + line(
                                    "\"content\":\"\",\"tool_calls\":[{\"function\":{\"name\":\"weather\","
                                            + "\"arguments\":{\"city\":\"Oslo\"}}}]")
                            + "{\"model\":\"m\",\"created_at\":\"2026-01-01T00:00:00Z\",\"message\":"
                            + "{\"role\":\"assistant\",\"content\":\"\"},\"done\":true,\"done_reason\":\"stop\","
                            + "\"prompt_eval_count\":21,\"eval_count\":9}\n";
            case "cohere" ->
                    "event: message-start\n"
                            + data(
                                    "{\"id\":\"i\",\"type\":\"message-start\",\"delta\":{\"message\":{\"role\":"
                                            + "\"assistant\",\"content\":[],\"tool_plan\":\"\",\"tool_calls\":[],"
                                            + "\"citations\":[]}}}")
                            + said("tool-plan-delta", "\"tool_plan\":\"Let me think.\"")
                            + said("content-start", "\"content\":{\"type\":\"text\",\"text\":\"\"}")
                            + said("content-delta", "\"content\":{\"text\":\"Hello \"}")
                            + said("content-delta", "\"content\":{\"text\":\"there\"}")
                            + event("content-end", "\"index\":0")
                            + said(
                                    "tool-call-start",
                                    "\"tool_calls\":{\"id\":\"weather_1\",\"type\":\"function\",\"function\":"
                                            + "{\"name\":\"weather\",\"arguments\":\"\"}}")
                            + said(
                                    "tool-call-delta",
                                    "\"tool_calls\":{\"function\":{\"arguments\":"
                                            + "\"{\\\"city\\\":\\\"Oslo\\\"}\"}}")
                            + event("tool-call-end", "\"index\":0")
                            + event(
                                    "message-end",
                                    "\"delta\":{\"finish_reason\":\"TOOL_CALL\",\"usage\":"
                                            + COHERE_USAGE
                                            + "}")
                            + "data: [DONE]\n\n";
            case "bedrock" ->
                    AwsMessages.event("messageStart", "{\"role\":\"assistant\"}")
                            + piece(0, "{\"reasoningContent\":{\"text\":\"Let me think.\"}}")
                            + piece(0, "{\"reasoningContent\":{\"signature\":\"c2ln\"}}")
                            + AwsMessages.event("contentBlockStop", "{\"contentBlockIndex\":0}")
                            + piece(1, "{\"text\":\"Hello \"}")
                            + piece(1, "{\"text\":\"there\"}")
                            + AwsMessages.event("contentBlockStop", "{\"contentBlockIndex\":1}")
                            + AwsMessages.event("somethingNew", "{\"of\":\"tomorrow\"}")
                            + AwsMessages.event(
                                    "contentBlockStart",
                                    "{\"contentBlockIndex\":2,\"start\":{\"toolUse\":{\"toolUseId\":\"t_1\","
                                            + "\"name\":\"weather\"}}}")
                            + piece(2, "{\"toolUse\":{\"input\":\"{\\\"city\\\":\\\"Oslo\\\"}\"}}")
                            + AwsMessages.event("contentBlockStop", "{\"contentBlockIndex\":2}")
                            + AwsMessages.event("messageStop", "{\"stopReason\":\"tool_use\"}")
                            + AwsMessages.event(
                                    "metadata",
                                    "{\"usage\":"
                                            + BEDROCK_USAGE
                                            + ",\"metrics\":{\"latencyMs\":7}}");
            default -> throw new IllegalArgumentException(dialect);
        };
    }

    private static final String BEDROCK_USAGE =
            "{\"inputTokens\":17,\"outputTokens\":9,\"totalTokens\":30,\"cacheReadInputTokens\":4}";

    private static final String CHAT_USAGE =
            "{\"prompt_tokens\":21,\"completion_tokens\":9,\"total_tokens\":30,"
                    + "\"prompt_tokens_details\":{\"cached_tokens\":4}}";

    private static final String COHERE_USAGE =
            "{\"billed_units\":{\"input_tokens\":21,\"output_tokens\":9},\"tokens\":"
                    + "{\"input_tokens\":516,\"output_tokens\":12},\"cached_tokens\":4}";

    private static String piece(int index, String delta) {
        return AwsMessages.event(
                "contentBlockDelta",
                "{\"contentBlockIndex\":" + index + ",\"delta\":" + delta + "}");
    }

    private static String data(String json) {
        return "data: " + json + "\n\n";
    }

    private static String chunk(String delta, String finish) {
        return data(
                "{\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":"
                        + "[{\"index\":0,\"delta\":"
                        + delta
                        + ",\"finish_reason\":"
                        + finish
                        + "}]}");
    }

    private static String event(String type, String fields) {
        return "event: "
                + type
                + "\n"
                + data("{\"type\":\"" + type + "\"" + (fields == null ? "" : "," + fields) + "}");
    }

    private static String said(String type, String message) {
        return event(type, "\"index\":0,\"delta\":{\"message\":{" + message + "}}");
    }

    private static String block(int index, String block) {
        return event("content_block_start", "\"index\":" + index + ",\"content_block\":" + block);
    }

    private static String delta(int index, String delta) {
        return event("content_block_delta", "\"index\":" + index + ",\"delta\":" + delta);
    }

    private static String part(String part, String more) {
        return "data: {\"candidates\":[{\"content\":{\"parts\":["
                + part
                + "],\"role\":\"model\"},\"index\":0"
                + more
                + "}],\"usageMetadata\":{\"promptTokenCount\":21,\"cachedContentTokenCount\":4,"
                + "\"candidatesTokenCount\":6,\"thoughtsTokenCount\":3,\"totalTokenCount\":30},"
                + "\"modelVersion\":\"m\",\"responseId\":\"r\"}\r\n\r\n";
    }

    private static String line(String message) {
        return "{\"model\":\"m\",\"created_at\":\"2026-01-01T00:00:00Z\",\"message\":{\"role\":\"assistant\","
                + message
                + "},\"done\":false}\n";
    }

    private static String responses() {
        var out = new StringBuilder();
        String start =
                "\"response\":{\"id\":\"resp_1\",\"object\":\"response\",\"created_at\":1,\"model\":\"m\","
                        + "\"status\":\"in_progress\",\"output\":[]}";
        String[] events = {
            "response.created", start,
            "response.output_item.added",
                    "\"output_index\":0,\"item\":{\"id\":\"rs_1\",\"type\":\"reasoning\",\"summary\":[]}",
            "response.reasoning_summary_part.added",
                    "\"item_id\":\"rs_1\",\"output_index\":0,\"summary_index\":0,"
                            + "\"part\":{\"type\":\"summary_text\",\"text\":\"\"}",
            "response.reasoning_summary_text.delta",
                    "\"item_id\":\"rs_1\",\"output_index\":0,\"summary_index\":0,\"delta\":\"Let me think.\"",
            "response.output_item.done",
                    "\"output_index\":0,\"item\":{\"id\":\"rs_1\",\"type\":\"reasoning\",\"summary\":"
                            + "[{\"type\":\"summary_text\",\"text\":\"Let me think.\"}]}",
            "response.output_item.added",
                    "\"output_index\":1,\"item\":{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\","
                            + "\"content\":[]}",
            "response.content_part.added",
                    "\"item_id\":\"msg_1\",\"output_index\":1,\"content_index\":0,\"part\":"
                            + "{\"type\":\"output_text\",\"text\":\"\"}",
            "response.output_text.delta",
                    "\"item_id\":\"msg_1\",\"output_index\":1,\"content_index\":0,\"delta\":\"Hello \"",
            "response.output_text.delta",
                    "\"item_id\":\"msg_1\",\"output_index\":1,\"content_index\":0,\"delta\":\"there\"",
            "response.output_item.done",
                    "\"output_index\":1,\"item\":{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\","
                            + "\"content\":[{\"type\":\"output_text\",\"text\":\"Hello there\"}]}",
            "response.output_item.added",
                    "\"output_index\":2,\"item\":{\"id\":\"fc_1\",\"type\":\"function_call\",\"call_id\":\"call_1\","
                            + "\"name\":\"weather\",\"arguments\":\"\"}",
            "response.function_call_arguments.delta",
                    "\"item_id\":\"fc_1\",\"output_index\":2,\"delta\":\"{\\\"city\\\":\\\"Oslo\\\"}\"",
            "response.output_item.done",
                    "\"output_index\":2,\"item\":{\"id\":\"fc_1\",\"type\":\"function_call\",\"call_id\":\"call_1\","
                            + "\"name\":\"weather\",\"arguments\":\"{\\\"city\\\":\\\"Oslo\\\"}\"}",
            "response.completed", "\"response\":" + wholeResponse(),
        };
        for (int i = 0; i < events.length; i += 2) {
            out.append("event: ").append(events[i]).append("\ndata: {\"type\":\"");
            out.append(events[i]).append("\",\"sequence_number\":").append(i / 2).append(',');
            out.append(events[i + 1]).append("}\n\n");
        }
        return out.toString();
    }

    private static String wholeResponse() {
        return "{\"id\":\"resp_1\",\"object\":\"response\",\"created_at\":1,\"model\":\"m\",\"status\":"
                + "\"completed\",\"output\":[{\"id\":\"rs_1\",\"type\":\"reasoning\",\"summary\":"
                + "[{\"type\":\"summary_text\",\"text\":\"Let me think.\"}]},{\"id\":\"msg_1\",\"type\":\"message\","
                + "\"role\":\"assistant\",\"status\":\"completed\",\"content\":[{\"type\":\"output_text\",\"text\":"
                + "\"Hello there\",\"annotations\":[]}]},{\"id\":\"fc_1\",\"type\":\"function_call\",\"call_id\":"
                + "\"call_1\",\"name\":\"weather\",\"arguments\":\"{\\\"city\\\":\\\"Oslo\\\"}\",\"status\":"
                + "\"completed\"}],\"usage\":{\"input_tokens\":21,\"input_tokens_details\":{\"cached_tokens\":4},"
                + "\"output_tokens\":9,\"total_tokens\":30}}";
    }

    static String whole(String dialect) {
        return switch (dialect) {
            case "openai" ->
                    "{\"id\":\"c\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,"
                            + "\"message\":{\"role\":\"assistant\",\"content\":\"Hello there\","
                            + "\"reasoning_content\":\"Let me think.\",\"tool_calls\":[{\"id\":\"call_1\",\"type\":"
                            + "\"function\",\"function\":{\"name\":\"weather\",\"arguments\":"
                            + "\"{\\\"city\\\":\\\"Oslo\\\"}\"}}]},\"finish_reason\":\"tool_calls\"}],\"usage\":"
                            + CHAT_USAGE
                            + "}";
            case "anthropic" ->
                    "{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"m\",\"content\":["
                            + "{\"type\":\"thinking\",\"thinking\":\"Let me think.\",\"signature\":\"c2ln\"},"
                            + "{\"type\":\"text\",\"text\":\"Hello there\"},{\"type\":\"tool_use\",\"id\":\"toolu_1\","
                            + "\"name\":\"weather\",\"input\":{\"city\":\"Oslo\"}}],\"stop_reason\":\"tool_use\","
                            + "\"stop_sequence\":null,\"usage\":{\"input_tokens\":17,"
                            + "\"cache_read_input_tokens\":4,\"output_tokens\":9}}";
            case "responses" -> wholeResponse();
            case "gemini" ->
                    "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"Let me think.\",\"thought\":true},"
                            + "{\"text\":\"Hello there\"},{\"functionCall\":{\"name\":\"weather\",\"args\":"
                            + "{\"city\":\"Oslo\"}}}],\"role\":\"model\"},\"finishReason\":\"STOP\",\"index\":0}],"
                            + "\"usageMetadata\":{\"promptTokenCount\":21,\"cachedContentTokenCount\":4,"
                            + "\"candidatesTokenCount\":6,\"thoughtsTokenCount\":3,\"totalTokenCount\":30},"
                            + "\"modelVersion\":\"m\",\"responseId\":\"r\"}";
            case "ollama" ->
                    "{\"model\":\"m\",\"created_at\":\"2026-01-01T00:00:00Z\",\"message\":{\"role\":\"assistant\","
                            + "\"content\":\"Hello there\",\"thinking\":\"Let me think.\",\"tool_calls\":[{\"function\":"
                            + "{\"name\":\"weather\",\"arguments\":{\"city\":\"Oslo\"}}}]},\"done\":true,"
                            + "\"done_reason\":\"stop\",\"prompt_eval_count\":21,\"eval_count\":9}";
            case "cohere" ->
                    "{\"id\":\"i\",\"message\":{\"role\":\"assistant\",\"tool_plan\":\"Let me think.\","
                            + "\"content\":[{\"type\":\"text\",\"text\":\"Hello there\"}],\"tool_calls\":[{\"id\":"
                            + "\"weather_1\",\"type\":\"function\",\"function\":{\"name\":\"weather\",\"arguments\":"
                            + "\"{\\\"city\\\":\\\"Oslo\\\"}\"}}]},\"finish_reason\":\"TOOL_CALL\",\"usage\":"
                            + COHERE_USAGE
                            + "}";
            case "bedrock" ->
                    "{\"output\":{\"message\":{\"role\":\"assistant\",\"content\":[{\"reasoningContent\":"
                            + "{\"reasoningText\":{\"text\":\"Let me think.\",\"signature\":\"c2ln\"}}},"
                            + "{\"text\":\"Hello there\"},{\"toolUse\":{\"toolUseId\":\"t_1\",\"name\":\"weather\","
                            + "\"input\":{\"city\":\"Oslo\"}}}]}},\"stopReason\":\"tool_use\",\"usage\":"
                            + BEDROCK_USAGE
                            + ",\"metrics\":{\"latencyMs\":7}}";
            default -> throw new IllegalArgumentException(dialect);
        };
    }

    /// An error body, as it comes with status 429.
    static String error(String dialect) {
        return switch (dialect) {
            case "openai", "responses" ->
                    "{\"error\":{\"message\":\"slow down\",\"type\":\"rate_limit_error\",\"param\":null,"
                            + "\"code\":\"rate_limit_exceeded\"}}";
            case "anthropic" ->
                    "{\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\",\"message\":\"slow down\"},"
                            + "\"request_id\":\"req_1\"}";
            case "gemini" ->
                    "{\"error\":{\"code\":429,\"message\":\"slow down\",\"status\":\"RESOURCE_EXHAUSTED\"}}";
            case "ollama" -> "{\"error\":\"slow down\"}";
            case "cohere" -> "{\"id\":\"i\",\"message\":\"slow down\"}";
            case "bedrock" -> "{\"message\":\"slow down\"}";
            default -> throw new IllegalArgumentException(dialect);
        };
    }

    /// The beginning of the stream, and then an error inside it.
    static String broken(String dialect) {
        String whole = stream(dialect);
        String error =
                switch (dialect) {
                    case "openai" -> data(error(dialect));
                    case "anthropic" ->
                            event(
                                    "error",
                                    "\"error\":{\"type\":\"overloaded_error\",\"message\":\"slow down\"}");
                    case "responses" ->
                            "event: error\ndata: {\"type\":\"error\",\"sequence_number\":9,\"code\":"
                                    + "\"server_error\",\"message\":\"slow down\",\"param\":null}\n\n";
                    case "gemini" ->
                            "data: {\"error\":{\"code\":503,\"message\":\"slow down\",\"status\":\"UNAVAILABLE\"}}"
                                    + "\r\n\r\n";
                    case "ollama" -> "{\"error\":\"slow down\"}\n";
                    case "cohere" ->
                            event(
                                    "message-end",
                                    "\"delta\":{\"error\":\"slow down\",\"finish_reason\":\"ERROR\"}");
                    case "bedrock" -> AwsMessages.exception("throttlingException", error(dialect));
                    default -> throw new IllegalArgumentException(dialect);
                };
        return beginning(whole) + error;
    }

    /// The stream up to the end of the event that says "there".
    static String beginning(String stream) {
        if (stream.startsWith("\0")) {
            List<String> messages = AwsMessages.split(stream);
            int end = 0;
            while (!messages.get(end++).contains("there\"")) {
                // It comes later.
            }
            return String.join("", messages.subList(0, end));
        }
        int there = stream.indexOf("there\"");
        int lf = stream.indexOf('\n', there);
        boolean lines = stream.startsWith("{");
        int end = lines ? lf + 1 : stream.indexOf("\n\n", there) + 2;
        int crlf = stream.indexOf("\r\n\r\n", there);
        return stream.substring(0, crlf > 0 ? crlf + 4 : end);
    }
}
