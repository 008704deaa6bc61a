package dev.firsttoken.wire.dialect.gemini;

import dev.firsttoken.wire.event.InvalidRequestException;
import dev.firsttoken.wire.json.JsonFields;
import dev.firsttoken.wire.json.JsonWriter;
import dev.firsttoken.wire.json.RawJson;
import dev.firsttoken.wire.message.Extras;
import dev.firsttoken.wire.message.Losses;
import dev.firsttoken.wire.message.Part;
import dev.firsttoken.wire.message.Source;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes the parts of a content, in requests and in answers.
final class GeminiParts {

    /// What the third generation takes for the signature of a call that it did not make. Source:
    /// Gemini API, "Thought signatures", FAQ.
    private static final String NO_SIGNATURE = "skip_thought_signature_validator";

    /// Media types by the ends of addresses: a file is sent with its type.
    private static final Map<String, String> TYPES =
            Map.of(
                    "png", "image/png",
                    "jpg", "image/jpeg",
                    "jpeg", "image/jpeg",
                    "gif", "image/gif",
                    "webp", "image/webp",
                    "pdf", "application/pdf",
                    "mp3", "audio/mp3",
                    "wav", "audio/wav",
                    "mp4", "video/mp4");

    private final JsonWriter out;
    private final Losses losses;

    /// Whether the parts come from a client of this dialect, or from one of its providers.
    private final boolean ours;

    /// Whether calls without a signature say so.
    private final boolean signaturesDue;

    /// The names of the tools by the ids of their calls.
    private final Map<String, String> names = new HashMap<>();

    GeminiParts(JsonWriter out, Losses losses, boolean ours, boolean signaturesDue) {
        this.out = out;
        this.losses = losses;
        this.ours = ours;
        this.signaturesDue = signaturesDue;
    }

    /// @param path where the part stands, for losses
    /// @param firstCall whether it is the first call of its turn: only that one is signed
    void write(Part part, String path, boolean firstCall) {
        switch (part) {
            case Part.Text text -> text(text, path);
            case Part.Image image -> {
                losses.dropped(path + ".detail", image.detail());
                media(image.source(), null, image.extras(), path);
            }
            case Part.Audio audio -> audio(audio, path);
            case Part.Video video -> media(video.source(), null, video.extras(), path);
            case Part.Document document ->
                    media(document.source(), document.name(), document.extras(), path);
            case Part.Reasoning reasoning -> reasoning(reasoning, path);
            case Part.RedactedReasoning redacted ->
                    losses.add(path, "reasoning of " + redacted.data().issuer() + " is left out");
            case Part.Refusal(String text, _) -> text(new Part.Text(text), path);
            case Part.ToolCall call -> call(call, path, firstCall);
            case Part.ToolResult result -> result(result, path);
            case Part.Opaque(String type, RawJson json) -> {
                if (type.equals(GeminiWords.PART)) {
                    out.raw(json.inOneLine());
                } else {
                    losses.add(path, "'" + type + "' has no form in gemini and is left out");
                }
            }
        }
    }

    private void text(Part.Text text, String path) {
        String signature = ours(text.signature(), path);
        if (text.text().isEmpty() && signature == null) {
            return;
        }
        if (!ours && !text.citations().isEmpty()) {
            losses.dropped(path + ".citations", text.citations());
        }
        out.object().member("text", text.text()).member("thoughtSignature", signature);
        end(text.extras(), path);
    }

    private void reasoning(Part.Reasoning reasoning, String path) {
        String signature = ours(reasoning.signature(), path);
        if (signature == null && !ours) {
            losses.add(path, "reasoning without a signature of gemini is left out");
            return;
        }
        out.object().member("text", reasoning.text()).name("thought").bool(true);
        out.member("thoughtSignature", signature);
        end(reasoning.extras(), path);
    }

    private @Nullable String ours(Part.@Nullable Signed signature, String path) {
        if (signature == null) {
            return null;
        }
        if (!signature.issuer().equals(GeminiWords.DIALECT)) {
            losses.add(path + ".signature", "of " + signature.issuer() + " is left out");
            return null;
        }
        return signature.data();
    }

    private void audio(Part.Audio audio, String path) {
        if (audio.source() != null) {
            media(audio.source(), null, audio.extras(), path);
        } else if (audio.transcript() != null) {
            losses.add(
                    path,
                    "audio of another provider has no form in gemini; its transcript is sent");
            text(new Part.Text(audio.transcript()), path);
        } else {
            losses.dropped(path, audio);
        }
    }

    private void media(Source source, @Nullable String name, Extras extras, String path) {
        losses.dropped(path + ".name", name);
        switch (source) {
            case Source.Inline(String mediaType, String data) -> {
                out.object().object("inlineData").member("mimeType", mediaType);
                out.member("data", data).endObject();
            }
            case Source.Url(String url) -> file(url, extras);
            case Source.FileId(String dialect, String id) -> {
                if (!dialect.equals(GeminiWords.DIALECT)) {
                    losses.add(path, "a file at " + dialect + " means nothing elsewhere; left out");
                    return;
                }
                file(id, extras);
            }
            case Source.PlainText(String text) -> out.object().member("text", text);
        }
        end(extras, path);
    }

    private void file(String uri, Extras extras) {
        out.object().object("fileData");
        RawJson given = extras.fields().get(GeminiPartReader.FILE_TYPE);
        if (given != null && extras.dialect().equals(GeminiWords.DIALECT)) {
            out.member("mimeType", given);
        } else {
            String path = uri.replaceFirst("[?#].*", "");
            String ending = path.substring(path.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
            out.member("mimeType", TYPES.get(ending));
        }
        out.member("fileUri", uri).endObject();
    }

    private void call(Part.ToolCall call, String path, boolean first) {
        names.put(call.id(), call.name());
        String signature = ours(call.signature(), path);
        if (signature == null && signaturesDue && first) {
            signature = NO_SIGNATURE;
        }
        out.object().object("functionCall").member("id", id(call.id()));
        out.member("name", call.name());
        if (call.arguments().isWholeObject()) {
            out.member("args", call.arguments().inOneLine());
        } else {
            losses.add(path + ".arguments", "are not a JSON object and are left out");
        }
        out.endObject().member("thoughtSignature", signature);
        end(call.extras(), path);
    }

    /// Ids of other dialects, and those that we made, are not written: calls and results match by
    /// their order, too, and not every server of this dialect takes an id.
    private @Nullable String id(String id) {
        return ours && !id.isEmpty() && !id.startsWith(GeminiWords.UNNAMED_CALL) ? id : null;
    }

    private void result(Part.ToolResult result, String path) {
        String name = result.name() == null ? names.get(result.callId()) : result.name();
        if (name == null) {
            losses.add(path, "the call it answers is not known; it is sent as that of 'tool'");
            name = "tool";
        }
        var text = new StringBuilder();
        boolean media = false;
        for (Part part : result.content()) {
            if (part instanceof Part.Text said) {
                text.append(said.text());
            } else {
                media = true;
            }
        }
        out.object().object("functionResponse").member("id", id(result.callId()));
        out.member("name", name).name("response");
        RawJson whole = new RawJson(text.toString());
        if (result.error()) {
            out.object().member("error", text.toString()).endObject();
        } else if (isObject(whole)) {
            out.raw(whole.inOneLine());
        } else {
            out.object().member("result", text.toString()).endObject();
        }
        if (media) {
            out.array("parts");
            for (int i = 0; i < result.content().size(); i++) {
                Part part = result.content().get(i);
                if (!(part instanceof Part.Text)) {
                    write(part, path + ".content[" + i + "]", false);
                }
            }
            out.endArray();
        }
        out.endObject();
        end(result.extras(), path);
    }

    /// Whether what a tool said is an object that any reader takes, names said once and all.
    private static boolean isObject(RawJson said) {
        if (!said.isWholeObject()) {
            return false;
        }
        try {
            JsonFields.of(said, "");
            return true;
        } catch (InvalidRequestException e) {
            return false;
        }
    }

    private void end(Extras extras, String path) {
        losses.droppedCache(path, extras);
        Map<String, RawJson> fields = new HashMap<>(extras.fields());
        fields.remove(GeminiPartReader.FILE_TYPE);
        losses.writeFields(path, new Extras(null, extras.dialect(), fields), out);
        out.endObject();
    }
}
