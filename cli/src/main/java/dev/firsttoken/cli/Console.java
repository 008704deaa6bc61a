package dev.firsttoken.cli;

/// What is at the other end of standard input and output.
final class Console {

    private Console() {}

    /// Whether a person can type and read: both ends are a terminal.
    // Which of the JDK's consoles answers depends on its version and its settings; one of them is
    // null.
    @SuppressWarnings("SystemConsoleNull")
    static boolean isInteractive() {
        java.io.Console console = System.console();
        return console != null && console.isTerminal();
    }

    /// Whether colours are welcome; [no-color.org](https://no-color.org) says how to say no.
    static boolean colours() {
        String no = System.getenv("NO_COLOR");
        return (no == null || no.isEmpty())
                && !"dumb".equals(System.getenv("TERM"))
                && isInteractive();
    }
}
