package dev.firsttoken.wire.dialect.bedrock;

import dev.firsttoken.wire.event.Citation;
import dev.firsttoken.wire.json.JsonWriter;
import dev.firsttoken.wire.json.RawJson;
import dev.firsttoken.wire.message.Extras;
import dev.firsttoken.wire.message.Extras.CacheMark;
import dev.firsttoken.wire.message.Losses;
import dev.firsttoken.wire.message.Part;
import dev.firsttoken.wire.message.Source;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Writes the parts of messages as content blocks, in requests and in answers.
final class BedrockParts {

    private final JsonWriter json;
    private final Losses losses;

    /// Documents have names here, and no two the same one.
    private int documents;

    BedrockParts(JsonWriter json, Losses losses) {
        this.json = json;
        this.losses = losses;
    }

    /// @param path where the part stands, for losses
    void write(Part part, String path) {
        switch (part) {
            case Part.Text text -> text(text, path);
            case Part.Refusal(String text, _) -> text(new Part.Text(text), path);
            case Part.Image image -> {
                losses.dropped(path + ".detail", image.detail());
                media("image", image.source(), null, image.extras(), path);
            }
            case Part.Document document ->
                    media(
                            "document",
                            document.source(),
                            name(document.name()),
                            document.extras(),
                            path);
            case Part.Video video -> media("video", video.source(), null, video.extras(), path);
            case Part.Audio audio -> audio(audio, path);
            case Part.Reasoning reasoning -> reasoning(reasoning, path);
            case Part.RedactedReasoning(Part.Signed data, _) -> {
                if (data.issuer().equals(BedrockWords.DIALECT)) {
                    json.object().object("reasoningContent");
                    json.member("redactedContent", data.data()).endObject().endObject();
                } else {
                    losses.add(path, "reasoning of " + data.issuer() + " is left out");
                }
            }
            case Part.ToolCall call -> {
                losses.dropped(path + ".signature", call.signature());
                json.object().object("toolUse").member("toolUseId", call.id());
                json.member("name", call.name()).member("input", call.arguments().asObject());
                end(call.extras(), path);
            }
            case Part.ToolResult result -> result(result, path);
            case Part.Opaque(String type, RawJson block) -> {
                if (type.equals(BedrockWords.BLOCK)) {
                    json.raw(block);
                } else {
                    losses.add(path, "'" + type + "' has no form in bedrock and is left out");
                }
            }
        }
        cachePoint(part.extras().cache(), json);
    }

    /// Writes the end of a cached prefix, which is a block of its own, if it is here.
    static void cachePoint(@Nullable CacheMark mark, JsonWriter out) {
        if (mark == null) {
            return;
        }
        out.object().object("cachePoint").member("type", "default");
        String ttl = mark.ttl();
        if (ttl != null) {
            // The dialect knows two. Longer than asked for costs money, so that the shorter is
            // taken.
            out.member("ttl", ttl.equals("1h") ? "1h" : "5m");
        }
        out.endObject().endObject();
    }

    private void text(Part.Text text, String path) {
        losses.dropped(path + ".signature", text.signature());
        losses.droppedFields(path, text.extras());
        if (text.citations().isEmpty()) {
            // The dialect refuses empty texts.
            if (!text.text().isEmpty()) {
                json.object().member("text", text.text()).endObject();
            }
            return;
        }
        json.object().object("citationsContent").array("content").object();
        json.member("text", text.text()).endObject().endArray().array("citations");
        List<Citation> citations = text.citations();
        for (int i = 0; i < citations.size(); i++) {
            RawJson citation = BedrockCitations.written(citations.get(i));
            if (citation == null) {
                losses.dropped(path + ".citations[" + i + "]", "citation");
            } else {
                json.raw(citation);
            }
        }
        json.endArray().endObject().endObject();
    }

    private void reasoning(Part.Reasoning reasoning, String path) {
        Part.Signed signature = reasoning.signature();
        boolean signed = signature != null && signature.issuer().equals(BedrockWords.SIGNER);
        if (signature != null && !signed) {
            losses.add(path, "signature of " + signature.issuer() + " is left out");
        }
        json.object().object("reasoningContent").object("reasoningText");
        json.member("text", reasoning.text());
        json.member("signature", signed && signature != null ? signature.data() : null);
        json.endObject().endObject().endObject();
    }

    private void audio(Part.Audio audio, String path) {
        if (audio.source() != null) {
            media("audio", audio.source(), null, audio.extras(), path);
        } else if (audio.transcript() != null) {
            losses.add(path, "audio that was said before has no form in bedrock; its text is sent");
            text(new Part.Text(audio.transcript()), path);
        } else {
            losses.dropped(path, audio);
        }
    }

    private void result(Part.ToolResult result, String path) {
        json.object().object("toolResult").member("toolUseId", result.callId());
        json.array("content");
        for (int i = 0; i < result.content().size(); i++) {
            write(result.content().get(i), path + ".content[" + i + "]");
        }
        json.endArray().member("status", result.error() ? "error" : null);
        end(result.extras(), path);
    }

    /// A name is letters, digits, single blanks, hyphens and brackets.
    private String name(@Nullable String name) {
        documents++;
        String plain = name == null ? "" : name.replaceAll("[^A-Za-z0-9 ()\\[\\]-]+", " ");
        String tidy = plain.strip().replaceAll(" +", " ");
        return tidy.isEmpty() ? "document " + documents : tidy;
    }

    /// Writes a block of bytes, or says why there is none.
    private void media(
            String kind, Source source, @Nullable String name, Extras extras, String path) {
        String format =
                switch (source) {
                    case Source.Inline(String type, _) -> BedrockMedia.format(kind, type);
                    case Source.Url(String url) -> format(kind, url);
                    case Source.PlainText _ -> "txt";
                    case Source.FileId _ -> null;
                };
        switch (source) {
            case Source.FileId(String dialect, _) -> {
                losses.add(path, "a file at " + dialect + " means nothing here and is left out");
                return;
            }
            case Source.Url(String url) when !url.startsWith("s3://") -> {
                losses.add(path, "an address has no form in bedrock and is left out");
                return;
            }
            case Source.Inline(String type, _) when format == null -> {
                losses.add(path, "a " + kind + " of type " + type + " is left out");
                return;
            }
            case Source.Inline _, Source.Url _, Source.PlainText _ -> {}
        }
        json.object().object(kind).member("format", format).member("name", name).object("source");
        switch (source) {
            case Source.Inline(_, String data) -> json.member("bytes", data);
            case Source.PlainText(String text) -> json.member("text", text);
            case Source.Url(String url) -> json.object("s3Location").member("uri", url).endObject();
            case Source.FileId _ -> {}
        }
        json.endObject();
        end(extras, path);
    }

    /// An address says by its end what is there.
    private static @Nullable String format(String kind, String url) {
        String end = url.substring(url.lastIndexOf('.') + 1);
        String usual = end.equals("jpg") ? "jpeg" : end;
        return BedrockMedia.isFormat(kind, usual) ? usual : null;
    }

    private void end(Extras extras, String path) {
        losses.writeFields(path, extras, json);
        json.endObject().endObject();
    }
}
