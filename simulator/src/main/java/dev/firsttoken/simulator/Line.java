package dev.firsttoken.simulator;

import dev.firsttoken.simulator.answer.ErrorCode;
import dev.firsttoken.simulator.answer.Piece;
import dev.firsttoken.simulator.answer.Step;
import dev.firsttoken.simulator.answer.Step.GoAway;
import dev.firsttoken.simulator.answer.Step.Head;
import dev.firsttoken.simulator.answer.Step.Interim;
import dev.firsttoken.simulator.answer.Step.MoreHeaders;
import dev.firsttoken.simulator.answer.Step.OpenHead;
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

    void interim(Interim interim);

    void openHead(OpenHead head);

    void moreHeaders(MoreHeaders more);

    /// Tells the connection's peer to open no more streams. HTTP/1.1 cannot.
    void goAway(GoAway goAway);

    void end();

    /// What completes when everything so far is with the operating system.
    ChannelFuture flushed();

    void cut();

    void reset(ErrorCode code);

    /// Runs something in the next turn of the line's loop.
    void later(Runnable task);

    /// The answer is complete and flushed: the line can serve the next one.
    void finished();
}
