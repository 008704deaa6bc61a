package dev.firsttoken.gateway.provider;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.firsttoken.wire.json.JsonCursor;
import dev.firsttoken.wire.json.JsonException;
import dev.firsttoken.wire.json.Utf8Buffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// Ids of tool calls for a provider that takes none but nine letters and digits. Others come up
/// when a conversation began elsewhere; each becomes the same short one every time, so that calls
/// and results still belong together.
final class ShortCallIds {

    private static final String LETTERS =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static final int LENGTH = 9;

    private final JsonCursor json = new JsonCursor();
    private final byte[] text;
    private final Utf8Buffer out;
    private int copied;

    private ShortCallIds(byte[] text) {
        this.text = text;
        this.out = new Utf8Buffer(text.length + 64);
        json.reset(text, 0, text.length);
    }

    /// @param messages a JSON array; what is no conversation stays as it is, for the provider to
    ///   judge
    static byte[] in(byte[] messages) {
        var ids = new ShortCallIds(messages);
        try {
            if (ids.json.isArray()) {
                ids.messages();
            }
        } catch (JsonException e) {
            return messages;
        }
        return ids.out.put(messages, ids.copied, messages.length).toByteArray();
    }

    private void messages() throws JsonException {
        json.enterArray();
        while (json.nextElement()) {
            if (!json.isObject()) {
                json.skip();
                continue;
            }
            json.enterObject();
            while (json.nextField()) {
                String name = json.field();
                if (name.equals("tool_call_id")) {
                    id();
                } else if (name.equals("tool_calls") && json.isArray()) {
                    calls();
                } else {
                    json.skip();
                }
            }
        }
    }

    private void calls() throws JsonException {
        json.enterArray();
        while (json.nextElement()) {
            if (!json.isObject()) {
                json.skip();
                continue;
            }
            json.enterObject();
            while (json.nextField()) {
                if (json.field().equals("id")) {
                    id();
                } else {
                    json.skip();
                }
            }
        }
    }

    private void id() throws JsonException {
        if (!json.isString()) {
            json.skip();
            return;
        }
        int from = json.position();
        String id = json.string();
        out.put(text, copied, from).jsonString(isShort(id) ? id : shortened(id));
        copied = json.behind();
    }

    private static boolean isShort(String id) {
        return id.length() == LENGTH && id.chars().allMatch(c -> LETTERS.indexOf(c) >= 0);
    }

    private static String shortened(String id) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(id.getBytes(UTF_8));
            var letters = new StringBuilder(LENGTH);
            for (int i = 0; i < LENGTH; i++) {
                letters.append(LETTERS.charAt((hash[i] & 0xFF) % LETTERS.length()));
            }
            return letters.toString();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
