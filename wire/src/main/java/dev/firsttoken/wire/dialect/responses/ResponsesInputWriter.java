package dev.firsttoken.wire.dialect.responses;

import dev.firsttoken.wire.event.Citation;
import dev.firsttoken.wire.json.JsonWriter;
import dev.firsttoken.wire.json.RawJson;
import dev.firsttoken.wire.message.Extras;
import dev.firsttoken.wire.message.Losses;
import dev.firsttoken.wire.message.Message;
import dev.firsttoken.wire.message.Message.Role;
import dev.firsttoken.wire.message.Part;
import dev.firsttoken.wire.message.Source;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Writes messages as the items of a request's input: calls, results and reasoning are items of
/// their own, what stands between them is a message.
final class ResponsesInputWriter {

    private final JsonWriter json;
    private final Losses losses;

    ResponsesInputWriter(JsonWriter json, Losses losses) {
        this.json = json;
        this.losses = losses;
    }

    /// A part and where it stands.
    private record Placed(Part part, String path) {}

    void write(Message message, String path) {
        losses.dropped(path + ".name", message.name());
        // They go to the first message item that there is.
        Extras extras = message.extras();
        var said = new ArrayList<Placed>();
        List<Part> parts = message.parts();
        for (int i = 0; i < parts.size(); i++) {
            String at = path + ".parts[" + i + "]";
            switch (parts.get(i)) {
                case Part.ToolCall call -> {
                    extras = said(message.role(), said, extras, path);
                    call(call, at);
                }
                case Part.ToolResult result -> {
                    extras = said(message.role(), said, extras, path);
                    result(result, at);
                }
                case Part.Reasoning reasoning -> {
                    extras = said(message.role(), said, extras, path);
                    reasoning(reasoning, at);
                }
                case Part.RedactedReasoning(Part.Signed data, _) ->
                        losses.add(at, "reasoning of " + data.issuer() + " is left out");
                case Part.Opaque(String type, RawJson item)
                        when type.equals(ResponsesWords.ITEM) -> {
                    extras = said(message.role(), said, extras, path);
                    json.raw(item);
                }
                case Part.Text _,
                        Part.Refusal _,
                        Part.Image _,
                        Part.Audio _,
                        Part.Video _,
                        Part.Document _,
                        Part.Opaque _ ->
                        said.add(new Placed(parts.get(i), at));
            }
        }
        if (parts.isEmpty()) {
            message(message.role(), said, extras, path);
        } else {
            said(message.role(), said, extras, path);
        }
    }

    /// Writes what was said up to here, if anything was.
    ///
    /// @return the fields that are left for the next message item
    private Extras said(Role role, List<Placed> said, Extras extras, String path) {
        if (said.isEmpty()) {
            return extras;
        }
        message(role, said, extras, path);
        said.clear();
        return Extras.NONE;
    }

    private void message(Role role, List<Placed> said, Extras extras, String path) {
        json.object().member("type", "message").member("role", word(role)).name("content");
        String plain = plain(said);
        if (plain != null && (role != Role.ASSISTANT || extras.equals(Extras.NONE))) {
            json.string(plain);
        } else {
            json.array();
            said.forEach(placed -> part(placed.part(), role, placed.path()));
            json.endArray();
        }
        end(extras, path);
    }

    private static String word(Role role) {
        return switch (role) {
            case SYSTEM -> "system";
            case DEVELOPER -> "developer";
            case USER -> "user";
            case ASSISTANT -> "assistant";
        };
    }

    /// The text of parts that are one text and nothing else, or null.
    private static @Nullable String plain(List<Placed> said) {
        return said.size() == 1
                        && said.getFirst().part() instanceof Part.Text text
                        && text.equals(new Part.Text(text.text()))
                ? text.text()
                : null;
    }

    private void call(Part.ToolCall call, String path) {
        losses.dropped(path + ".signature", call.signature());
        json.object().member("type", "function_call").member("call_id", call.id());
        json.member("name", call.name()).member("arguments", call.arguments().text());
        end(call.extras(), path);
    }

    private void result(Part.ToolResult result, String path) {
        json.object().member("type", "function_call_output").member("call_id", result.callId());
        var content = new ArrayList<Placed>();
        if (result.error()) {
            losses.add(path + ".is_error", "has no form here; the text begins with 'Error: '");
            content.add(new Placed(new Part.Text("Error: "), path));
        }
        for (int i = 0; i < result.content().size(); i++) {
            content.add(new Placed(result.content().get(i), path + ".content[" + i + "]"));
        }
        json.name("output");
        String plain = content.isEmpty() ? "" : plain(content);
        if (plain != null) {
            json.string(plain);
        } else {
            json.array();
            content.forEach(placed -> part(placed.part(), Role.USER, placed.path()));
            json.endArray();
        }
        end(result.extras(), path);
    }

    /// Reasoning that nobody here can read again is left out: the provider would refuse it.
    private void reasoning(Part.Reasoning reasoning, String path) {
        Part.Signed signature = reasoning.signature();
        boolean signed = ResponsesWords.isOurs(signature);
        boolean ours = reasoning.extras().dialect().equals(ResponsesWords.DIALECT);
        if (!signed && !ours) {
            losses.add(path, "reasoning without a signature of openai-responses is left out");
            return;
        }
        json.object().member("type", "reasoning");
        if (signed && signature != null) {
            String id = ResponsesWords.idOf(signature.data());
            json.member("id", id.isEmpty() ? null : id);
            json.member("encrypted_content", ResponsesWords.encryptedOf(signature.data()));
        }
        if (!ours || !reasoning.extras().fields().containsKey("summary")) {
            json.array("summary");
            boolean own = ours && reasoning.extras().fields().containsKey("content");
            if (!own && !reasoning.text().isEmpty()) {
                json.object().member("type", "summary_text").member("text", reasoning.text());
                json.endObject();
            }
            json.endArray();
        }
        end(reasoning.extras(), path);
    }

    private void part(Part part, Role role, String path) {
        switch (part) {
            case Part.Text text -> text(text, role, path);
            case Part.Refusal(String text, Extras extras) -> {
                if (role == Role.ASSISTANT) {
                    json.object().member("type", "refusal").member("refusal", text);
                    end(extras, path);
                } else {
                    part(new Part.Text(text), role, path);
                }
            }
            case Part.Image image -> image(image, path);
            case Part.Document document -> document(document, role, path);
            case Part.Audio audio -> {
                if (audio.transcript() == null) {
                    losses.dropped(path, audio);
                } else {
                    losses.add(path, "audio has no form here; its transcript is sent");
                    part(new Part.Text(audio.transcript()), role, path);
                }
            }
            case Part.Opaque(String type, RawJson opaque) -> {
                if (type.equals(ResponsesWords.PART)) {
                    json.raw(opaque);
                } else {
                    losses.add(path, "'" + type + "' has no form here and is left out");
                }
            }
            case Part.Video _,
                    Part.Reasoning _,
                    Part.RedactedReasoning _,
                    Part.ToolCall _,
                    Part.ToolResult _ ->
                    losses.dropped(path, part);
        }
    }

    private void text(Part.Text text, Role role, String path) {
        losses.dropped(path + ".signature", text.signature());
        if (role != Role.ASSISTANT) {
            json.object().member("type", "input_text").member("text", text.text());
            losses.dropped(path + ".citations", text.citations().isEmpty() ? null : text);
            end(text.extras(), path);
            return;
        }
        json.object().member("type", "output_text").member("text", text.text());
        json.array("annotations");
        for (Citation citation : text.citations()) {
            RawJson annotation = ResponsesAnnotations.write(citation);
            if (annotation == null) {
                losses.dropped(path + ".citations", citation);
            } else {
                json.raw(annotation);
            }
        }
        json.endArray();
        end(text.extras(), path);
    }

    private void image(Part.Image image, String path) {
        switch (image.source()) {
            case Source.Url(String url) -> open("input_image", "image_url", url);
            case Source.Inline inline -> open("input_image", "image_url", inline.address());
            case Source.FileId(String dialect, String id) -> {
                if (isForeign(dialect, path)) {
                    return;
                }
                open("input_image", "file_id", id);
            }
            case Source.PlainText _ -> {
                losses.dropped(path, image);
                return;
            }
        }
        json.member("detail", image.detail());
        end(image.extras(), path);
    }

    private void document(Part.Document document, Role role, String path) {
        switch (document.source()) {
            case Source.Url(String url) -> open("input_file", "file_url", url);
            case Source.Inline inline -> {
                open("input_file", "file_data", inline.address());
                json.member("filename", document.name() == null ? "document" : document.name());
                end(document.extras(), path);
                return;
            }
            case Source.FileId(String dialect, String id) -> {
                if (isForeign(dialect, path)) {
                    return;
                }
                open("input_file", "file_id", id);
            }
            case Source.PlainText(String text) -> {
                losses.add(path, "a document of plain text is sent as text");
                text(new Part.Text(text, List.of(), null, document.extras()), role, path);
                return;
            }
        }
        json.member("filename", document.name());
        end(document.extras(), path);
    }

    private void open(String type, String name, String value) {
        json.object().member("type", type).member(name, value);
    }

    private boolean isForeign(String dialect, String path) {
        boolean foreign = !dialect.equals(ResponsesWords.FILES);
        if (foreign) {
            losses.add(path, "a file at " + dialect + " means nothing here; left out");
        }
        return foreign;
    }

    /// Writes what every item and part can have, and closes it.
    private void end(Extras extras, String path) {
        if (extras.cache() != null && extras.dialect().equals(ResponsesWords.DIALECT)) {
            json.object("prompt_cache_breakpoint").member("mode", "explicit").endObject();
        } else {
            losses.droppedCache(path, extras);
        }
        losses.writeFields(path, extras, json);
        json.endObject();
    }
}
