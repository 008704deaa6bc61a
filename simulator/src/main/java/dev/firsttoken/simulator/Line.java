package dev.firsttoken.simulator;

import dev.firsttoken.simulator.answer.Piece;
import dev.firsttoken.simulator.answer.Step;
import dev.firsttoken.simulator.answer.Step.Head;
import io.netty.channel.ChannelFuture;
import java.util.List;

/// The way from a playback to its client: an HTTP/1.1 connection or an HTTP/2 stream. Owned by its
/// loop's thread.
interface Line {

    /// Whether the client keeps up. A playback pauses while it does not.
    boolean isWritable();

    void head(Head head);

    /// The steps that let a head drip.
    List<Step> drip(Head head);

    void body(Piece piece);

    void raw(Piece piece);

    void end();

    /// What completes when everything so far is with the operating system.
    ChannelFuture flushed();

    void cut();

    void reset();

    /// The answer is complete and flushed: the line can serve the next one.
    void finished();
}
