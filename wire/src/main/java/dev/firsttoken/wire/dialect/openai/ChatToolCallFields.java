package dev.firsttoken.wire.dialect.openai;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.firsttoken.wire.json.JsonCursor;
import dev.firsttoken.wire.json.JsonException;
import org.jspecify.annotations.Nullable;

/// What a tool-call fragment holds; valid during the call. It becomes text when it is asked for, so
/// that who only looks pays nothing.
final class ChatToolCallFields {

    private static final byte[] INDEX = ChatFrames.ascii("index");
    private static final byte[] ID = ChatFrames.ascii("id");
    private static final byte[] FUNCTION = ChatFrames.ascii("function");
    private static final byte[] NAME = ChatFrames.ascii("name");
    private static final byte[] ARGUMENTS = ChatFrames.ascii("arguments");

    private final JsonCursor json;
    private int idAt;
    private int nameAt;
    private int argumentsAt;

    ChatToolCallFields(JsonCursor json) {
        this.json = json;
    }

    private void clear() {
        idAt = -1;
        nameAt = -1;
        argumentsAt = -1;
    }

    @Nullable String id() throws JsonException {
        return textAt(idAt);
    }

    @Nullable String name() throws JsonException {
        return textAt(nameAt);
    }

    /// Arguments are a text that holds JSON; some providers send the JSON itself.
    String arguments() throws JsonException {
        if (argumentsAt < 0) {
            return "";
        }
        json.seek(argumentsAt);
        if (json.isString()) {
            return json.string();
        }
        json.skip();
        return new String(json.array(), argumentsAt, json.behind() - argumentsAt, UTF_8);
    }

    private @Nullable String textAt(int position) throws JsonException {
        if (position < 0) {
            return null;
        }
        json.seek(position);
        return json.string();
    }

    /// Reads an element of `tool_calls` and passes it.
    ///
    /// @return the call's index, -1 when there is none
    int read() throws JsonException {
        int call = -1;
        clear();
        json.enterObject();
        while (json.nextField()) {
            if (json.fieldIs(INDEX)) {
                call = json.numberBelow(Integer.MAX_VALUE);
            } else if (json.fieldIs(ID)) {
                idAt = positionOfString();
            } else if (json.fieldIs(FUNCTION) && json.isObject()) {
                function();
            } else {
                json.skip();
            }
        }
        return call;
    }

    /// Reads the object under `function_call`, the form before there were several, and passes it.
    void readFunction() throws JsonException {
        clear();
        function();
    }

    private void function() throws JsonException {
        json.enterObject();
        while (json.nextField()) {
            if (json.fieldIs(NAME)) {
                nameAt = positionOfString();
            } else if (json.fieldIs(ARGUMENTS)) {
                if (json.isObject()) {
                    argumentsAt = json.position();
                    json.skip();
                } else {
                    argumentsAt = positionOfString();
                }
            } else {
                json.skip();
            }
        }
    }

    /// Passes the value ahead.
    ///
    /// @return where it is if it is a string that is not empty, -1 if not
    private int positionOfString() throws JsonException {
        int position = json.position();
        return json.readNonEmptyString() ? position : -1;
    }
}
