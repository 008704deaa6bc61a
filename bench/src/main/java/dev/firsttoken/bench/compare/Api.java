package dev.firsttoken.bench.compare;

import dev.firsttoken.wire.dialect.ProviderCodec;
import dev.firsttoken.wire.dialect.anthropic.MessagesCodec;
import dev.firsttoken.wire.dialect.openai.ChatCodec;

/// The dialects that a server under comparison can be asked in.
public enum Api {
    OPENAI(ChatCodec.INSTANCE),
    ANTHROPIC(MessagesCodec.INSTANCE);

    private final ProviderCodec codec;

    Api(ProviderCodec codec) {
        this.codec = codec;
    }

    ProviderCodec codec() {
        return codec;
    }
}
