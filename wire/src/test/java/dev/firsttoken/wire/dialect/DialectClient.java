package dev.firsttoken.wire.dialect;

import dev.firsttoken.wire.dialect.anthropic.MessagesCodec;
import dev.firsttoken.wire.dialect.bedrock.BedrockCodec;
import dev.firsttoken.wire.dialect.cohere.CohereCodec;
import dev.firsttoken.wire.dialect.gemini.GeminiCodec;
import dev.firsttoken.wire.dialect.ollama.OllamaCodec;
import dev.firsttoken.wire.dialect.openai.ChatCodec;
import dev.firsttoken.wire.dialect.responses.ResponsesCodec;
import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.event.StreamEvent.Failed;
import dev.firsttoken.wire.json.RawJson;
import dev.firsttoken.wire.message.Answer;
import dev.firsttoken.wire.message.AnswerAssembler;
import dev.firsttoken.wire.message.Extras;
import dev.firsttoken.wire.message.Message;
import dev.firsttoken.wire.message.Message.Role;
import dev.firsttoken.wire.message.Parameters;
import dev.firsttoken.wire.message.Part;
import dev.firsttoken.wire.message.Request;
import dev.firsttoken.wire.message.Tool;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;

/// A client in one dialect, made of the half of its codec that speaks to providers.
///
/// @param root where the server is, without a path
/// @param stream whether answers are asked for as streams
public record DialectClient(ProviderCodec codec, URI root, boolean stream) {

    public static final List<ProviderCodec> CODECS =
            List.of(
                    ChatCodec.INSTANCE,
                    ResponsesCodec.INSTANCE,
                    MessagesCodec.INSTANCE,
                    GeminiCodec.INSTANCE,
                    BedrockCodec.INSTANCE,
                    OllamaCodec.INSTANCE,
                    CohereCodec.INSTANCE);

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    /// What came back.
    public record Got(HttpResponse<byte[]> response, List<StreamEvent> events) {

        public Answer answer() {
            var assembler = new AnswerAssembler();
            events.forEach(assembler);
            if (assembler.failure() != null) {
                throw new AssertionError(assembler.failure());
            }
            return assembler.answer();
        }

        public List<Part> parts() {
            return answer().choices().getFirst().parts();
        }

        public String text() {
            var text = new StringBuilder();
            for (Part part : parts()) {
                text.append(part instanceof Part.Text one ? one.text() : "");
            }
            return text.toString();
        }

        public StreamEvent.Reason reason() {
            return answer().choices().getFirst().finish().reason();
        }

        /// How it failed, null if it did not.
        public Failure failure() {
            return events.getLast() instanceof Failed failed ? failed.failure() : null;
        }
    }

    public Got ask(String model, Message... messages) throws IOException, InterruptedException {
        return ask(model, List.of(messages));
    }

    public Got ask(String model, List<Message> messages) throws IOException, InterruptedException {
        HttpResponse<byte[]> response = send(written(model, messages));
        if (response.statusCode() != 200) {
            Headers headers = name -> response.headers().firstValue(name).orElse(null);
            Failure failure = codec.readError(response.statusCode(), headers, response.body());
            return new Got(response, List.of(new Failed(failure)));
        }
        var events = new ArrayList<StreamEvent>();
        if (stream) {
            StreamReader reader = codec.streamReader(1 << 20);
            reader.feed(response.body(), 0, response.body().length, events::add);
            reader.end(events::add);
        } else {
            codec.readAnswer(response.body(), events::add);
        }
        return new Got(response, events);
    }

    private WrittenRequest written(String model, List<Message> messages) {
        var parameters = new Parameters();
        parameters.maxOutputTokens = 1000;
        List<Tool> tools =
                List.of(
                        new Tool.Function(
                                "weather",
                                "The weather at a place.",
                                new RawJson(
                                        "{\"type\":\"object\",\"properties\":{\"place\":{\"type\":\"string\"}}}"),
                                null,
                                Extras.NONE));
        return codec.writeRequest(
                new Request(
                        model, stream, true, messages, tools, null, null, parameters, Extras.NONE),
                model);
    }

    private HttpResponse<byte[]> send(WrittenRequest written)
            throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(root.resolve(written.path()));
        written.headers().forEach(request::header);
        return CLIENT.send(
                request.POST(BodyPublishers.ofByteArray(written.body())).build(),
                BodyHandlers.ofByteArray());
    }

    /// The thinking, all of it.
    public static String reasoning(Got got) {
        var text = new StringBuilder();
        for (Part part : got.parts()) {
            text.append(part instanceof Part.Reasoning one ? one.text() : "");
        }
        return text.toString();
    }

    public static Message user(String text) {
        return Message.of(Role.USER, text);
    }

    @Override
    public String toString() {
        return codec.dialect() + (stream ? ", streamed" : ", whole");
    }
}
