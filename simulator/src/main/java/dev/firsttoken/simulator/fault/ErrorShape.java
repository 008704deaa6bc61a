package dev.firsttoken.simulator.fault;

import dev.firsttoken.simulator.answer.Piece;
import dev.firsttoken.simulator.word.Word;
import java.util.Arrays;
import java.util.List;

/// How providers and the servers in front of them write an error down: as a whole body, and as an
/// event of a stream that began well. `%s` is the message.
public enum ErrorShape {
    OPENAI(
            """
            {"error":{"message":"%s","type":"server_error","param":null,"code":"internal_error"}}\
            """),
    ANTHROPIC(
            """
            {"type":"error","error":{"type":"overloaded_error","message":"%s"},"request_id":"req_sim"}\
            """,
            "event: error\ndata: %s\n\n"),
    GOOGLE(
            """
            {"error":{"code":503,"message":"%s","status":"UNAVAILABLE"}}\
            """),
    GROQ(
            """
            {"error":{"message":"%s","type":"invalid_request_error","code":"tool_use_failed"}}\
            """,
            "event: error\ndata: %s\n\n"),
    OPENROUTER(
            """
            {"id":"gen-sim","object":"chat.completion.chunk","created":0,"model":"sim",\
            "error":{"code":502,"message":"%s"},\
            "choices":[{"index":0,"delta":{"content":""},"finish_reason":"error"}]}\
            """),
    RESPONSES(
            """
            {"type":"error","sequence_number":2,"code":"server_error","message":"%s","param":null}\
            """,
            "event: error\ndata: %s\n\n"),
    VLLM(
            """
            {"object":"error","message":"%s","type":"InternalServerError","param":null,"code":500}\
            """,
            "data: %s\n\ndata: [DONE]\n\n"),
    LITELLM(
            """
            {"error":{"message":"litellm.APIConnectionError: %s","type":null,"param":null,"code":"500"}}\
            """),
    LLAMA(
            """
            {"code":500,"message":"%s","type":"server_error"}\
            """,
            "error: %s\n\ndata: [DONE]\n\n"),
    /// The error is a text, as Ollama sends it.
    STRING(
            """
            {"error":"%s"}\
            """),
    /// FastAPI's.
    DETAIL(
            """
            {"detail":"%s"}\
            """),
    /// The account's budget is used up, which no waiting mends, as OpenAI says it.
    QUOTA(
            """
            {"error":{"message":"You exceeded your current quota. %s","type":"insufficient_quota",\
            "param":null,"code":"insufficient_quota"}}\
            """),
    /// The same, as Anthropic says it.
    SPEND(
            """
            {"type":"error","error":{"type":"rate_limit_error","message":"%s",\
            "details":{"error_code":"enforced_spend_limit_reached"}}}\
            """,
            "event: error\ndata: %s\n\n"),
    /// The message holds the request's key and the name of an internal host.
    ECHO(
            """
            {"error":{"message":"Incorrect API key provided: %s (x-internal-host: gpu-7.internal)",\
            "type":"invalid_request_error","param":null,"code":"invalid_api_key"}}\
            """),
    HTML(
            """
            <!DOCTYPE html>
            <html><head><title>Error</title></head><body><h1>%s</h1></body></html>
            """),
    TEXT("upstream connect error or disconnect/reset before headers. %s");

    /// All of them, the first one being the usual.
    static final List<ErrorShape> ALL = Arrays.asList(values());

    private static final String MESSAGE = "The simulator was asked to fail here.";

    private final String body;
    private final String frame;

    ErrorShape(String body) {
        this(body, "data: %s\n\n");
    }

    ErrorShape(String body, String frame) {
        this.body = body;
        this.frame = frame;
    }

    /// The content type of the whole body.
    String contentType() {
        return switch (this) {
            case HTML -> "text/html; charset=utf-8";
            case TEXT -> "text/plain";
            case OPENAI,
                    ANTHROPIC,
                    GOOGLE,
                    GROQ,
                    OPENROUTER,
                    RESPONSES,
                    VLLM,
                    LITELLM,
                    LLAMA,
                    STRING,
                    DETAIL,
                    QUOTA,
                    SPEND,
                    ECHO ->
                    "application/json";
        };
    }

    /// @param key the request's key, for the shape that gives it away
    Piece body(String key) {
        return Piece.of(text(key));
    }

    /// @param key as above
    Piece frame(String key) {
        // What spans lines would else end the event early.
        return Piece.of(frame.formatted(text(key).strip().replace("\n", "\ndata: ")));
    }

    private String text(String key) {
        return body.formatted(this == ECHO ? key : MESSAGE);
    }

    static ErrorShape parse(String word, String value) {
        return Word.choice(word, value, ALL, Word::of);
    }
}
