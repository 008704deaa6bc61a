package dev.firsttoken.wire.dialect.anthropic;

import dev.firsttoken.wire.event.Citation;
import dev.firsttoken.wire.json.JsonWriter;
import dev.firsttoken.wire.json.RawJson;
import dev.firsttoken.wire.message.Extras;
import dev.firsttoken.wire.message.Losses;
import dev.firsttoken.wire.message.Part;
import dev.firsttoken.wire.message.Source;
import java.util.List;

/// Writes the parts of a message as content blocks, in requests and in answers.
final class MessagesParts {

    private MessagesParts() {}

    /// @param path where the part stands, for losses
    static void write(Part part, String path, JsonWriter out, Losses losses) {
        switch (part) {
            case Part.Text text -> {
                if (text.text().isEmpty() && text.citations().isEmpty()) {
                    // The dialect refuses empty texts.
                    return;
                }
                out.object().member("type", "text").member("text", text.text());
                citations(text.citations(), out);
                end(text.extras(), path, out, losses);
            }
            case Part.Image image -> {
                losses.dropped(path + ".detail", image.detail());
                media("image", image.source(), image.extras(), path, out, losses);
            }
            case Part.Document document -> document(document, path, out, losses);
            case Part.Audio audio -> {
                if (audio.transcript() == null) {
                    losses.dropped(path, "audio");
                } else {
                    losses.add(path, "audio has no form in anthropic; its transcript is sent");
                    write(new Part.Text(audio.transcript()), path, out, losses);
                }
            }
            case Part.Video _ -> losses.dropped(path, "video");
            case Part.Reasoning reasoning -> reasoning(reasoning, path, out, losses);
            case Part.RedactedReasoning(Part.Signed data, Extras extras) -> {
                if (ours(data)) {
                    out.object().member("type", "redacted_thinking").member("data", data.data());
                    end(extras, path, out, losses);
                } else {
                    losses.add(path, "reasoning of " + data.issuer() + " is left out");
                }
            }
            case Part.Refusal(String text, _) -> {
                if (!text.isEmpty()) {
                    write(new Part.Text(text), path, out, losses);
                }
            }
            case Part.ToolCall call -> {
                out.object().member("type", "tool_use").member("id", call.id());
                out.member("name", call.name()).member("input", call.arguments().asObject());
                end(call.extras(), path, out, losses);
            }
            case Part.ToolResult result -> {
                out.object().member("type", "tool_result").member("tool_use_id", result.callId());
                if (!result.content().isEmpty()) {
                    out.array("content");
                    for (int i = 0; i < result.content().size(); i++) {
                        write(result.content().get(i), path + ".content[" + i + "]", out, losses);
                    }
                    out.endArray();
                }
                if (result.error()) {
                    out.name("is_error").bool(true);
                }
                end(result.extras(), path, out, losses);
            }
            case Part.Opaque(String type, RawJson json) -> {
                if (type.equals(MessagesWords.BLOCK)) {
                    out.raw(json);
                } else {
                    losses.add(path, "'" + type + "' has no form in anthropic and is left out");
                }
            }
        }
    }

    private static void citations(List<Citation> citations, JsonWriter out) {
        if (citations.isEmpty()) {
            return;
        }
        out.array("citations");
        for (Citation citation : citations) {
            RawJson json = MessagesAnswerWriter.citation(citation);
            if (json != null) {
                out.raw(json);
            }
        }
        out.endArray();
    }

    private static void reasoning(
            Part.Reasoning reasoning, String path, JsonWriter out, Losses losses) {
        Part.Signed signature = reasoning.signature();
        boolean signed = signature != null && ours(signature);
        if (signature != null && !signed) {
            losses.add(path, "signature of " + signature.issuer() + " is left out");
        }
        out.object().member("type", "thinking").member("thinking", reasoning.text());
        out.member("signature", signed && signature != null ? signature.data() : "");
        end(reasoning.extras(), path, out, losses);
    }

    private static boolean ours(Part.Signed signed) {
        return signed.issuer().equals(MessagesWords.DIALECT);
    }

    private static void document(
            Part.Document document, String path, JsonWriter out, Losses losses) {
        if (document.source() instanceof Source.PlainText(String text)) {
            out.object().member("type", "document").object("source");
            out.member("type", "text").member("media_type", "text/plain").member("data", text);
            out.endObject();
        } else if (!open("document", document.source(), path, out, losses)) {
            return;
        }
        out.member("title", document.name());
        end(document.extras(), path, out, losses);
    }

    private static void media(
            String type, Source source, Extras extras, String path, JsonWriter out, Losses losses) {
        if (open(type, source, path, out, losses)) {
            end(extras, path, out, losses);
        }
    }

    /// Starts a block that has a source.
    ///
    /// @return false when there is no such block, and then nothing was written
    private static boolean open(
            String type, Source source, String path, JsonWriter out, Losses losses) {
        if (source instanceof Source.FileId(String dialect, _)
                && !dialect.equals(MessagesWords.DIALECT)) {
            losses.add(path, "a file at " + dialect + " means nothing elsewhere and is left out");
            return false;
        }
        out.object().member("type", type).object("source");
        switch (source) {
            case Source.Inline(String mediaType, String data) ->
                    out.member("type", "base64")
                            .member("media_type", mediaType)
                            .member("data", data);
            case Source.Url(String url) -> out.member("type", "url").member("url", url);
            case Source.FileId(_, String id) -> out.member("type", "file").member("file_id", id);
            case Source.PlainText(String text) ->
                    out.member("type", "text")
                            .member("media_type", "text/plain")
                            .member("data", text);
        }
        out.endObject();
        return true;
    }

    /// Writes what every block can have, and closes it.
    static void end(Extras extras, String path, JsonWriter out, Losses losses) {
        MessagesCache.write(extras.cache(), out);
        losses.writeFields(path, extras, out);
        out.endObject();
    }
}
