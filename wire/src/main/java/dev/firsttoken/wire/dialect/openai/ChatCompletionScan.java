package dev.firsttoken.wire.dialect.openai;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.firsttoken.wire.event.StreamEvent.Usage;
import dev.firsttoken.wire.json.JsonCursor;
import dev.firsttoken.wire.json.JsonException;

/// Looks at a whole `chat.completion` that goes through verbatim: is it one, what did it cost, or
/// is it an error that came with status 200.
///
/// Used by one thread at a time.
public final class ChatCompletionScan {

    private static final byte[] CHOICES = "choices".getBytes(US_ASCII);
    private static final byte[] ERROR = "error".getBytes(US_ASCII);
    private static final byte[] CODE = "code".getBytes(US_ASCII);
    private static final byte[] USAGE = "usage".getBytes(US_ASCII);

    private final JsonCursor json = new JsonCursor();
    private final ChatUsageFields counts = new ChatUsageFields(json);
    private boolean choices;
    private boolean error;
    private int errorStatus;
    private Usage usage = Usage.NONE;

    /// Takes a whole body.
    ///
    /// @return whether it is one JSON object
    public boolean look(byte[] bytes, int from, int to) {
        choices = false;
        error = false;
        errorStatus = 0;
        usage = Usage.NONE;
        json.reset(bytes, from, to);
        try {
            json.enterObject();
            while (json.nextField()) {
                if (json.fieldIs(CHOICES)) {
                    choices = json.isArray();
                    json.skip();
                } else if (json.fieldIs(ERROR)) {
                    error();
                } else if (json.fieldIs(USAGE) && json.isObject()) {
                    counts.read();
                    usage = counts.told();
                } else {
                    json.skip();
                }
            }
            json.end();
            return true;
        } catch (JsonException e) {
            return false;
        }
    }

    private void error() throws JsonException {
        error = !json.isNull();
        if (!json.isObject()) {
            json.skip();
            return;
        }
        json.enterObject();
        while (json.nextField()) {
            if (json.fieldIs(CODE)) {
                long code = json.number();
                errorStatus = code >= 100 && code <= 599 ? (int) code : 0;
            } else {
                json.skip();
            }
        }
    }

    public boolean hasChoices() {
        return choices;
    }

    public boolean hasError() {
        return error;
    }

    /// The error's `code` when it is an HTTP status, as OpenRouter writes it; 0 otherwise.
    public int errorStatus() {
        return errorStatus;
    }

    /// What was counted, [Usage#NONE] if nothing was.
    public Usage usage() {
        return usage;
    }
}
