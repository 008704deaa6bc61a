package dev.firsttoken.wire.dialect.gemini;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.event.StreamEvent.Failed;
import dev.firsttoken.wire.event.StreamEvent.Finish;
import dev.firsttoken.wire.event.StreamEvent.Metadata;
import dev.firsttoken.wire.event.StreamEvent.Reason;
import dev.firsttoken.wire.event.StreamEvent.Started;
import dev.firsttoken.wire.json.JsonCursor;
import dev.firsttoken.wire.json.JsonException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Reads responses, one after the other: a stream is many of them and a whole answer is one.
///
/// One instance per answer.
final class GeminiChunkReader {

    private static final byte[] CANDIDATES = "candidates".getBytes(US_ASCII);
    private static final byte[] USAGE = "usageMetadata".getBytes(US_ASCII);
    private static final byte[] PROMPT_FEEDBACK = "promptFeedback".getBytes(US_ASCII);
    private static final byte[] MODEL = "modelVersion".getBytes(US_ASCII);
    private static final byte[] ID = "responseId".getBytes(US_ASCII);
    private static final byte[] CREATED = "createTime".getBytes(US_ASCII);
    private static final byte[] ERROR = "error".getBytes(US_ASCII);
    private static final byte[] INDEX = "index".getBytes(US_ASCII);

    /// No request asks for more answers than this.
    private static final int MAX_CANDIDATES = 128;

    private final int maxBytes;
    private final Map<Integer, GeminiCandidate> candidates = new TreeMap<>();
    private final GeminiUsage usage = new GeminiUsage();
    private boolean started;
    private boolean blocked;
    private boolean failed;
    private String id = "";

    /// @param maxBytes how long the arguments of a call may become that come in pieces
    GeminiChunkReader(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    boolean isFailed() {
        return failed;
    }

    /// Whether every candidate that began has ended, or none was allowed to begin.
    boolean isComplete() {
        if (failed || candidates.isEmpty()) {
            return blocked && !failed;
        }
        for (GeminiCandidate candidate : candidates.values()) {
            if (!candidate.isFinished()) {
                return false;
            }
        }
        return true;
    }

    /// Reads the response ahead and adds what happened in it.
    void read(JsonCursor json, List<StreamEvent> found) throws JsonException {
        int answers = -1;
        int counts = -1;
        int feedback = -1;
        int error = -1;
        int model = -1;
        int created = -1;
        json.enterObject();
        while (json.nextField()) {
            int at = json.position();
            if (json.fieldIs(CANDIDATES)) {
                answers = at;
            } else if (json.fieldIs(USAGE)) {
                counts = at;
            } else if (json.fieldIs(PROMPT_FEEDBACK)) {
                feedback = at;
            } else if (json.fieldIs(ERROR)) {
                error = at;
            } else if (json.fieldIs(MODEL)) {
                model = at;
            } else if (json.fieldIs(CREATED)) {
                created = at;
            } else if (json.fieldIs(ID) && !started) {
                id = json.readNonEmptyString() ? json.value() : id;
                continue;
            }
            json.skip();
        }
        int end = json.behind();
        if (error >= 0) {
            json.seek(error);
            failed = true;
            found.add(new Failed(GeminiErrors.read(json)));
            json.seek(end);
            return;
        }
        start(json, model, created, found);
        if (feedback >= 0) {
            json.seek(feedback);
            feedback(json, found);
        }
        if (answers >= 0) {
            json.seek(answers);
            candidates(json, found);
        }
        if (counts >= 0) {
            json.seek(counts);
            if (json.isObject()) {
                usage.read(json, found);
            }
        }
        json.seek(end);
    }

    private void start(JsonCursor json, int model, int created, List<StreamEvent> found)
            throws JsonException {
        if (started) {
            return;
        }
        started = true;
        String name = "";
        if (model >= 0) {
            json.seek(model);
            name = json.readNonEmptyString() ? json.value() : "";
        }
        long seconds = 0;
        if (created >= 0) {
            json.seek(created);
            seconds = json.readNonEmptyString() ? seconds(json.value()) : 0;
        }
        found.add(new Started(id, name, seconds));
    }

    private static long seconds(String time) {
        try {
            return Math.max(0, Instant.parse(time).getEpochSecond());
        } catch (DateTimeParseException e) {
            return 0;
        }
    }

    /// What is said of the prompt; when it was blocked, nothing else comes.
    private void feedback(JsonCursor json, List<StreamEvent> found) throws JsonException {
        if (!json.isObject()) {
            return;
        }
        String whole = json.raw().text();
        found.add(new Metadata(GeminiWords.PROMPT_FEEDBACK, whole));
        if (whole.contains("\"blockReason\"") && !blocked && candidates.isEmpty()) {
            blocked = true;
            found.add(new Finish(0, Reason.CONTENT_FILTER));
        }
    }

    private void candidates(JsonCursor json, List<StreamEvent> found) throws JsonException {
        if (!json.isArray() || blocked) {
            return;
        }
        json.enterArray();
        while (json.nextElement()) {
            if (!json.isObject()) {
                json.skip();
                continue;
            }
            int at = json.position();
            int index = Math.max(0, index(json));
            json.seek(at);
            GeminiCandidate candidate = candidates.get(index);
            if (candidate == null) {
                candidate = new GeminiCandidate(index, maxBytes);
                candidates.put(index, candidate);
            }
            candidate.read(json, id, found);
        }
    }

    private static int index(JsonCursor json) throws JsonException {
        int index = 0;
        json.enterObject();
        while (json.nextField()) {
            if (json.fieldIs(INDEX)) {
                index = json.numberBelow(MAX_CANDIDATES);
            } else {
                json.skip();
            }
        }
        return index;
    }
}
