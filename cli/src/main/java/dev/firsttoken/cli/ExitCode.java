package dev.firsttoken.cli;

/// What a script learns from how the command ended. `--help` of every command prints the same list.
public final class ExitCode {

    public static final int OK = 0;

    /// It ran and failed: the answer broke off, the server refused the request.
    public static final int FAILED = 1;

    public static final int USAGE = 2;

    public static final int CONFIG_INVALID = 3;

    /// The address is taken, or nobody answers there.
    public static final int NO_CONNECTION = 4;

    /// The server was stopped, and some streams took longer than it was allowed to wait.
    public static final int STREAMS_CUT = 5;

    /// The folder that keeps streams is used by another server, or cannot be used.
    public static final int DATA_UNUSABLE = 6;

    public static final int INTERRUPTED = 130;

    private ExitCode() {}
}
