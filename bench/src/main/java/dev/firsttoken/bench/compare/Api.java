package dev.firsttoken.bench.compare;

import dev.firsttoken.wire.dialect.ProviderCodec;
import dev.firsttoken.wire.dialect.anthropic.MessagesCodec;
import dev.firsttoken.wire.dialect.openai.ChatCodec;

/// The dialects that a server under comparison can be asked in.
public enum Api {
    OPENAI,
    ANTHROPIC;

    ProviderCodec codec() {
        return switch (this) {
            case OPENAI -> ChatCodec.INSTANCE;
            case ANTHROPIC -> MessagesCodec.INSTANCE;
        };
    }
}
