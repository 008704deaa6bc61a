package dev.firsttoken.wire.dialect;

import dev.firsttoken.wire.sse.SseDecoder;
import dev.firsttoken.wire.sse.SseFrame;
import dev.firsttoken.wire.sse.SseLimitException;

/// Reads a dialect that is framed as server-sent events.
public final class SseStreamReader extends FramedStreamReader<SseFrame> {

    private final SseDecoder decoder;
    private final SseDecoder.Sink sink = this::frame;

    public SseStreamReader(FrameReader<SseFrame> frames, int maxEventBytes) {
        super(frames);
        this.decoder = new SseDecoder(maxEventBytes, maxEventBytes);
    }

    @Override
    protected void decode(byte[] bytes, int from, int to) throws SseLimitException {
        decoder.feed(bytes, from, to, sink);
    }

    @Override
    protected void decodeEnd() {
        decoder.end(sink);
    }

    private void frame(SseFrame frame) {
        if (frame(frame, frame.isTerminated()) && frame.hasData()) {
            show(frame.rawArray(), frame.rawFrom(), frame.rawTo());
        }
    }
}
