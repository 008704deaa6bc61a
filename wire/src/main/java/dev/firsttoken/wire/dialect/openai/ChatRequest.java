package dev.firsttoken.wire.dialect.openai;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.firsttoken.wire.dialect.RequestLimits;
import dev.firsttoken.wire.event.InvalidRequestException;
import dev.firsttoken.wire.json.JsonObjectText;
import dev.firsttoken.wire.json.JsonObjectText.Kind;
import dev.firsttoken.wire.json.JsonObjectText.Member;
import dev.firsttoken.wire.json.Utf8Buffer;
import java.util.ArrayList;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/// The body of `POST /v1/chat/completions`: the few fields we act on, and the bytes for everything
/// else.
///
/// Source: OpenAI API reference, "Create chat completion".
public final class ChatRequest {

    private static final String STREAM_OPTIONS = "stream_options";
    private static final String INCLUDE_USAGE = "include_usage";
    private static final byte[] ASK_FOR_USAGE = "{\"include_usage\":true}".getBytes(US_ASCII);

    private final JsonObjectText body;
    private final @Nullable Member model;
    private final boolean stream;
    private final @Nullable Member streamOptions;
    private final StreamOptions options;

    private ChatRequest(
            JsonObjectText body,
            @Nullable Member model,
            boolean stream,
            @Nullable Member streamOptions,
            StreamOptions options) {
        this.body = body;
        this.model = model;
        this.stream = stream;
        this.streamOptions = streamOptions;
        this.options = options;
    }

    /// What `stream_options` says about usage, and where a value would have to be written.
    private record StreamOptions(
            boolean includeUsage, int valueFrom, int valueTo, boolean othersFollow) {
        static final StreamOptions ABSENT = new StreamOptions(false, -1, -1, false);

        /// Whether there is a value; otherwise `valueFrom` is where the member can be inserted.
        boolean isWritten() {
            return valueTo > valueFrom;
        }
    }

    /// @throws InvalidRequestException when the body is not JSON, has no messages, or has a field
    ///   we act on in a form that leaves doubt
    public static ChatRequest read(byte[] bytes) throws InvalidRequestException {
        return read(bytes, RequestLimits.USUAL);
    }

    /// @throws InvalidRequestException as [#read(byte\[\])], and when the limits are exceeded
    public static ChatRequest read(byte[] bytes, RequestLimits limits)
            throws InvalidRequestException {
        JsonObjectText body = JsonObjectText.read(bytes, limits.json());
        refuseLookalikes(body, "model", "messages", "stream", "store", STREAM_OPTIONS);
        Member messages = body.get("messages");
        if (messages == null) {
            throw new InvalidRequestException(
                    "missing (expected: an array of messages)", "messages");
        }
        if (messages.kind() != Kind.ARRAY) {
            throw new InvalidRequestException(
                    "is " + word(messages) + " (expected: an array of messages)", "messages");
        }
        limits.checkMessages(messages);
        Member model = body.get("model");
        if (model != null && (model.kind() != Kind.STRING || model.string() == null)) {
            throw new InvalidRequestException(
                    "is " + word(model) + " (expected: the name of a model)", "model");
        }
        Member stream = body.get("stream");
        if (stream != null && stream.kind() != Kind.TRUE && stream.kind() != Kind.FALSE) {
            throw new InvalidRequestException(
                    "is " + word(stream) + " (expected: true or false)", "stream");
        }
        Member streamOptions = body.get(STREAM_OPTIONS);
        if (streamOptions != null && streamOptions.kind() != Kind.OBJECT) {
            throw new InvalidRequestException(
                    "is " + word(streamOptions) + " (expected: an object)", STREAM_OPTIONS);
        }
        return new ChatRequest(
                body,
                model,
                stream != null && stream.kind() == Kind.TRUE,
                streamOptions,
                streamOptions == null ? StreamOptions.ABSENT : streamOptions(body, streamOptions));
    }

    /// A field in another case would be read by some providers and not by us, so that we would
    /// check one request and they would serve another.
    private static void refuseLookalikes(JsonObjectText object, String... actedOn)
            throws InvalidRequestException {
        for (String name : object.names()) {
            for (String ours : actedOn) {
                if (name.equalsIgnoreCase(ours) && !name.equals(ours)) {
                    throw new InvalidRequestException("is not spelled '" + ours + "'", name);
                }
            }
        }
    }

    private static StreamOptions streamOptions(JsonObjectText body, Member member)
            throws InvalidRequestException {
        JsonObjectText options = JsonObjectText.read(body.valueOf(member));
        refuseLookalikes(options, INCLUDE_USAGE);
        Member value = options.getEvenNull(INCLUDE_USAGE);
        if (value == null) {
            int insertAt = member.from() + options.insertionPoint();
            return new StreamOptions(false, insertAt, insertAt, !options.isEmpty());
        }
        if (value.kind() != Kind.TRUE && value.kind() != Kind.FALSE && value.kind() != Kind.NULL) {
            throw new InvalidRequestException(
                    "is " + word(value) + " (expected: true or false)",
                    STREAM_OPTIONS + "." + INCLUDE_USAGE);
        }
        return new StreamOptions(
                value.kind() == Kind.TRUE,
                member.from() + value.from(),
                member.from() + value.to(),
                false);
    }

    private static String word(Member member) {
        return switch (member.kind()) {
            case OBJECT -> "an object";
            case ARRAY -> "an array";
            case STRING -> "a text";
            case NUMBER -> "a number";
            case TRUE, FALSE -> "a boolean";
            case NULL -> "null";
        };
    }

    /// The model that was asked for, if one was.
    public @Nullable String model() {
        return model == null ? null : model.string();
    }

    public boolean stream() {
        return stream;
    }

    /// Whether the answer may be kept: unless the client says `"store": false`.
    public boolean store() {
        Member store = body.get("store");
        return store == null || store.kind() != Kind.FALSE;
    }

    /// Whether the client wants to see token counts at the end of the stream.
    public boolean includeUsage() {
        return options.includeUsage;
    }

    /// The body for a provider: the same bytes, with the deployment's name for the model and, for a
    /// stream, with token counts asked for.
    public byte[] forUpstream(String upstreamModel) {
        var edits = new ArrayList<Edit>();
        byte[] name = new Utf8Buffer(64).jsonString(upstreamModel).toByteArray();
        edits.add(setMember("model", name));
        if (stream && !options.includeUsage) {
            edits.add(askForUsage());
        }
        edits.sort(Comparator.comparingInt(Edit::from));
        byte[] text = body.text();
        var out = new Utf8Buffer(text.length + 96);
        int at = 0;
        for (Edit edit : edits) {
            out.put(text, at, edit.from).put(edit.replacement);
            at = edit.to;
        }
        return out.put(text, at, text.length).toByteArray();
    }

    /// Bytes `from … to` of the text give way to others.
    private record Edit(int from, int to, byte[] replacement) {}

    private Edit askForUsage() {
        if (streamOptions == null) {
            return setMember(STREAM_OPTIONS, ASK_FOR_USAGE);
        }
        String comma = options.othersFollow ? "," : "";
        String value = options.isWritten() ? "true" : "\"include_usage\":true" + comma;
        return new Edit(options.valueFrom, options.valueTo, value.getBytes(US_ASCII));
    }

    /// Replaces a member's value, or puts the member right behind the opening brace.
    private Edit setMember(String name, byte[] value) {
        Member written = body.getEvenNull(name);
        if (written != null) {
            return new Edit(written.from(), written.to(), value);
        }
        var member = new Utf8Buffer(value.length + 32).jsonString(name).put((byte) ':').put(value);
        return new Edit(
                body.insertionPoint(), body.insertionPoint(), member.put((byte) ',').toByteArray());
    }
}
