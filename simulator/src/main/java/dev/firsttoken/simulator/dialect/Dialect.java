package dev.firsttoken.simulator.dialect;

import dev.firsttoken.simulator.answer.Header;
import dev.firsttoken.simulator.answer.Piece;
import dev.firsttoken.simulator.answer.Step.Body;
import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.event.StreamEvent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How one kind of provider is asked and how it answers. Without state.
public sealed interface Dialect
        permits Chat, Completions, Responses, Messages, Gemini, Bedrock, Ollama, Cohere {

    /// How the events of a stream are told from each other.
    enum Lines {
        /// `text/event-stream`.
        EVENT_STREAM,
        /// One JSON object per line.
        JSON_LINES,
        /// The binary frames of AWS.
        FRAMES
    }

    /// For people: `Anthropic Messages`.
    String title();

    /// The paths that are served, in which `MODEL` is any name.
    List<String> paths();

    /// @param route a path without its query
    default boolean serves(String route) {
        return paths().contains(route);
    }

    default Lines lines() {
        return Lines.EVENT_STREAM;
    }

    /// The content type of a stream.
    default String streamType() {
        return "text/event-stream; charset=utf-8";
    }

    /// @throws IllegalArgumentException with a message for people, if it is not one of this dialect
    Question read(Call call);

    /// The whole body for a call that does not ask a model to say something, such as one that
    /// counts tokens; null for one that does.
    default byte @Nullable [] aside(Call call) {
        return null;
    }

    /// The events of a stream, and where it breaks if it does.
    List<Body> stream(List<StreamEvent> events, Question question);

    /// An answer that is not a stream.
    byte[] whole(List<StreamEvent> events, Question question);

    /// The body of an error.
    byte[] error(Failure failure);

    /// The headers that say which error it is, besides the body.
    default List<Header> errorHeaders(Failure failure) {
        return List.of();
    }

    /// An error as it comes in the middle of a stream.
    Piece errorEvent(String message);

    /// The name of the header with the request's id.
    default String requestIdHeader() {
        return "x-request-id";
    }
}
