package dev.firsttoken.gateway.dialect;

import dev.firsttoken.wire.json.RawJson;
import dev.firsttoken.wire.message.Message;
import dev.firsttoken.wire.message.Part;
import dev.firsttoken.wire.message.Request;
import dev.firsttoken.wire.message.Tool;
import java.util.List;

/// How many tokens a request has, roughly: models differ, and nobody here has their tables.
///
/// Four characters are a token, from CJK on each is one; pictures, sound and files count for
/// nothing.
public final class TokenEstimate {

    /// What a message takes beside what is said in it.
    private static final int PER_MESSAGE = 4;

    private static final char FIRST_WIDE = 0x2E80;

    /// In quarters of a token.
    private long quarters;

    private TokenEstimate() {}

    public static long of(Request request) {
        var estimate = new TokenEstimate();
        for (Message message : request.messages()) {
            estimate.quarters += 4 * PER_MESSAGE;
            estimate.parts(message.parts());
        }
        for (Tool tool : request.tools()) {
            switch (tool) {
                case Tool.Function function -> {
                    estimate.text(function.name());
                    String description = function.description();
                    RawJson parameters = function.parameters();
                    estimate.text(description == null ? "" : description);
                    estimate.text(parameters == null ? "" : parameters.text());
                }
                case Tool.Opaque opaque -> estimate.text(opaque.json().text());
            }
        }
        return (estimate.quarters + 3) / 4;
    }

    private void parts(List<Part> parts) {
        for (Part part : parts) {
            switch (part) {
                case Part.Text said -> text(said.text());
                case Part.Reasoning thought -> text(thought.text());
                case Part.Refusal refusal -> text(refusal.text());
                case Part.ToolCall call -> {
                    text(call.name());
                    text(call.arguments().text());
                }
                case Part.ToolResult result -> parts(result.content());
                case Part.Opaque opaque -> text(opaque.json().text());
                case Part.Image _,
                        Part.Audio _,
                        Part.Video _,
                        Part.Document _,
                        Part.RedactedReasoning _ -> {
                    // How long these are, their bytes do not say.
                }
            }
        }
    }

    private void text(String text) {
        for (int i = 0; i < text.length(); i++) {
            quarters += text.charAt(i) >= FIRST_WIDE ? 4 : 1;
        }
    }
}
