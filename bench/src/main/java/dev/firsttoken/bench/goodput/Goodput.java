package dev.firsttoken.bench.goodput;

import dev.firsttoken.bench.load.OpenLoopRun;

import java.util.List;

/// Runs side by side, or the search for a rate at each of several servers.
///
/// @param runs what is shown in full: one a server
/// @param searches how each server's rate was found; empty when none was looked for
public record Goodput(List<OpenLoopRun> runs, List<RateSearch.Found> searches) {

    public Goodput {
        runs = List.copyOf(runs);
        searches = List.copyOf(searches);
    }

    /// For a terminal.
    public String text() {
        return GoodputText.of(this);
    }

    /// For machines: one JSON object.
    public byte[] json() {
        return GoodputJson.of(this);
    }

    /// For a browser: one file.
    public String html() {
        return GoodputHtml.of(this);
    }
}
