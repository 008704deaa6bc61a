package dev.firsttoken.wire.dialect.agui;

import dev.firsttoken.wire.message.Part;
import org.jspecify.annotations.Nullable;

/// `encryptedValue`: one text for what a provider has signed and who that was, `anthropic:…`, with
/// another mark where there is nothing else of the reasoning.
///
/// @param redacted whether nobody may see the reasoning
record AgUiSignature(Part.Signed signed, boolean redacted) {

    String value() {
        return signed.issuer() + (redacted ? "!" : ":") + signed.data();
    }

    /// @return null when it is not one that we wrote
    static @Nullable AgUiSignature read(@Nullable String value) {
        if (value == null) {
            return null;
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == ':' || c == '!') {
                var signed = new Part.Signed(value.substring(0, i), value.substring(i + 1));
                return new AgUiSignature(signed, c == '!');
            }
        }
        return null;
    }
}
