package dev.firsttoken.wire.dialect;

import dev.firsttoken.wire.eventstream.EventStreamDecoder;
import dev.firsttoken.wire.eventstream.EventStreamException;
import dev.firsttoken.wire.eventstream.EventStreamFrame;

/// Reads a dialect that is framed as `application/vnd.amazon.eventstream`.
public final class EventStreamReader extends FramedStreamReader<EventStreamFrame> {

    private final EventStreamDecoder decoder;
    private final EventStreamDecoder.Sink sink = this::frame;

    public EventStreamReader(FrameReader<EventStreamFrame> frames, int maxEventBytes) {
        super(frames);
        this.decoder = new EventStreamDecoder(maxEventBytes);
    }

    @Override
    protected void decode(byte[] bytes, int from, int to) throws EventStreamException {
        decoder.feed(bytes, from, to, sink);
    }

    /// Half a message is nothing.
    @Override
    protected void decodeEnd() {}

    private void frame(EventStreamFrame frame) {
        if (frame(frame, true)) {
            show(frame.array(), frame.rawFrom(), frame.rawTo());
        }
    }
}
