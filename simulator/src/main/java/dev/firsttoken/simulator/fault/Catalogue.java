package dev.firsttoken.simulator.fault;

import dev.firsttoken.simulator.word.Word;
import java.util.List;

/// A group is, then its events, then its bytes, then where it breaks.
public record Catalogue(String title, List<Word<Fault>> words) {

    private static final List<Catalogue> GROUPS =
            List.of(
                    group(
                            "Something else instead of an answer",
                            List.of(
                                    Html.WORDS,
                                    Status.WORDS,
                                    Redirect.WORDS,
                                    ErrorBody.WORDS,
                                    NoBody.WORDS,
                                    NoContent.WORDS)),
                    group(
                            "Headers",
                            List.of(
                                    RetryHint.WORDS,
                                    ContentType.WORDS,
                                    LeakyHeaders.WORDS,
                                    ExtraHeader.WORDS)),
                    group(
                            "Events",
                            List.of(
                                    EmptyChunks.WORDS,
                                    OddText.WORDS,
                                    OtherModel.WORDS,
                                    UsageChunk.WORDS,
                                    FinishMark.WORDS,
                                    DoneMark.WORDS,
                                    BadEvent.WORDS,
                                    ErrorEvent.WORDS,
                                    Keepalives.WORDS)),
                    group(
                            "Lines of the event stream",
                            List.of(Fields.WORDS, ByteOrderMark.WORDS, LineEnds.WORDS)),
                    group("Content encoding", List.of(Compressed.WORDS, GzipBomb.WORDS)),
                    group(
                            "Too much, or for ever",
                            List.of(BigEvent.WORDS, Flood.WORDS, Endless.WORDS)),
                    group(
                            "Framing of the message",
                            List.of(
                                    WrongLength.WORDS,
                                    BadChunk.WORDS,
                                    OddHead.WORDS,
                                    HugeHead.WORDS,
                                    InterimFlood.WORDS,
                                    TrailingBytes.WORDS)),
                    group(
                            "Slowness and silence",
                            List.of(Drip.WORDS, Pings.WORDS, Stall.WORDS, SlowHeaders.WORDS)),
                    group(
                            "Where it ends",
                            List.of(
                                    Cut.WORDS,
                                    MidEvent.WORDS,
                                    AtEnd.WORDS,
                                    GoAway.WORDS,
                                    StreamReset.WORDS,
                                    NotHttp.WORDS,
                                    ResetHeaders.WORDS,
                                    ResetReused.WORDS,
                                    Silent.WORDS)));

    /// @param title what these faults have in common, for people
    public Catalogue {
        words = List.copyOf(words);
    }

    private static Catalogue group(String title, List<List<Word<Fault>>> families) {
        return new Catalogue(title, families.stream().flatMap(List::stream).toList());
    }

    /// All groups, in order.
    public static List<Catalogue> groups() {
        return GROUPS;
    }
}
