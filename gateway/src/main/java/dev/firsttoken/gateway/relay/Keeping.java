package dev.firsttoken.gateway.relay;

import dev.firsttoken.gateway.log.StreamLog;
import io.netty.channel.EventLoop;
import java.util.Map;

/// Where a stream is kept on disk, and under whose name.
///
/// @param meta without the head, which is known when the stream begins
record Keeping(StreamStore store, StreamMeta meta) {

    Recorder recorder(EventLoop loop, String id, StreamLog log, Runnable onShown) {
        return store.recorder(loop, id, log, onShown);
    }

    StreamMeta meta(Map<String, String> head) {
        return new StreamMeta(meta.owner(), meta.dialect(), meta.model(), head);
    }
}
