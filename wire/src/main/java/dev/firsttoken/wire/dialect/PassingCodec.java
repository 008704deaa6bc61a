package dev.firsttoken.wire.dialect;

import dev.firsttoken.wire.message.Request;
import dev.firsttoken.wire.sse.SseFrame;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Both halves of a dialect, where clients and providers speak it and bytes pass as they are.
public interface PassingCodec extends ClientCodec, ProviderCodec {

    @Override
    String streamType();

    /// Where a provider takes a request that is passed on as it was written.
    ///
    /// @param model the name that the provider has for it
    /// @return a path below the provider's base address, with a slash first
    String path(Request request, String model);

    /// What the dialect demands beside the body, names in lower case.
    Map<String, String> headers(Request request);

    /// Whether the body names the model, and not the path.
    default boolean namesModelInBody() {
        return true;
    }

    /// Reads the frames of one stream that passes; null where a stream is made of lines.
    default @Nullable FrameReader<SseFrame> frameReader(int maxEventBytes) {
        return null;
    }
}
