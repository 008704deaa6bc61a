package dev.firsttoken.cli;

import java.io.PrintWriter;

/// One line that changes while something takes its time, where somebody is looking; nothing
/// elsewhere.
final class ProgressLine {

    private static final String CLEAR = "\r\u001b[K";

    private final PrintWriter err;
    private final boolean shown;

    ProgressLine(PrintWriter err) {
        this.err = err;
        this.shown = Console.isInteractive();
    }

    /// Puts this in the place of what was there.
    void show(String words) {
        if (shown) {
            err.print(CLEAR + words);
            err.flush();
        }
    }

    /// Leaves a line above, and goes on below it.
    void keep(String words) {
        show(words);
        if (shown) {
            err.println();
        }
    }

    void clear() {
        show("");
    }
}
