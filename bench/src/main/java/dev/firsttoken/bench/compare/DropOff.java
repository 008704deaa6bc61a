package dev.firsttoken.bench.compare;

/// A model, not a measurement: which share of people would have left before there was anything to
/// read, had they been as patient as viewers of web video.
///
/// There is no sound public curve for people who wait for a language model. Krishnan and Sitaraman
/// (IMC 2012; 23 million views) found that viewers begin to leave when a video has not started
/// after 2 s, and that each further second adds 5.8 percentage points.
public final class DropOff {

    public static final String SOURCE =
            "Krishnan and Sitaraman, IMC 2012: web video, nobody leaves within 2 s, 5.8 % more"
                    + " leave with each further second";

    private static final double PATIENCE_SECONDS = 2;
    private static final double SHARE_PER_SECOND = 0.058;

    private DropOff() {}

    /// The share that leaves, 0 to 1.
    public static double after(double secondsToFirstText) {
        return Math.clamp((secondsToFirstText - PATIENCE_SECONDS) * SHARE_PER_SECOND, 0, 1);
    }
}
