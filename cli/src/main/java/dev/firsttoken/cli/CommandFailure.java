package dev.firsttoken.cli;

import java.io.PrintWriter;

/// Ends a command with one message for a person and one code for a script. Never shown as a stack
/// trace.
final class CommandFailure extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final int exitCode;

    /// @param exitCode one of [ExitCode]
    CommandFailure(int exitCode, String message) {
        super(message, null, false, false);
        this.exitCode = exitCode;
    }

    /// Says it, and gives the code to end with.
    int report(PrintWriter err) {
        err.println("firsttoken: " + getMessage());
        err.flush();
        return exitCode;
    }
}
