package dev.firsttoken.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Where the process starts.
///
/// A plainly spelled `serve` goes straight to the server. Everything else goes to picocli, whose
/// classes are compiled for so old a Java that the JVM keeps them out of an AOT cache: loading them
/// would double the time until the server listens.
public final class Main {

    private Main() {}

    /// Runs one command and ends the process with its [ExitCode].
    public static void main(String[] args) throws IOException, InterruptedException {
        System.setOut(utf8(FileDescriptor.out));
        System.setErr(utf8(FileDescriptor.err));
        System.exit(run(args));
    }

    /// Runs one command.
    ///
    /// @return its [ExitCode]
    static int run(String... args) throws IOException, InterruptedException {
        @Nullable ServeOptions plain = ServeOptions.plain(args);
        if (plain == null) {
            return Commands.run(args);
        }
        var err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        try {
            return Serve.run(plain, new PrintWriter(System.out, true, StandardCharsets.UTF_8), err);
        } catch (CommandFailure e) {
            return e.report(err);
        }
    }

    /// Whatever the locale says: every terminal of today reads UTF-8.
    private static PrintStream utf8(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
    }
}
