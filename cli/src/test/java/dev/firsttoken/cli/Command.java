package dev.firsttoken.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// The command as a process of its own, as a script would run it.
final class Command implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 60;

    private final Process process;
    private final BufferedReader out;
    private final CompletableFuture<String> err;
    private final StringBuilder seen = new StringBuilder();

    private Command(Process process) {
        this.process = process;
        // Whoever waits for its output then waits no more.
        CompletableFuture.delayedExecutor(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .execute(process::destroyForcibly);
        this.out =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        this.err = new CompletableFuture<>();
        // A thread of its own: a pool may have fewer than there are commands.
        Thread.ofVirtual().start(this::readErrors);
    }

    private void readErrors() {
        try {
            err.complete(
                    new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            err.complete(e.toString());
        }
    }

    /// What a finished command left behind.
    record Result(int code, String out, String err) {}

    static Command start(String... args) throws IOException {
        return start(Map.of(), args);
    }

    /// Starts it with nothing in the environment but what is given here.
    static Command start(Map<String, String> environment, String... args) throws IOException {
        List<String> line = new ArrayList<>(javaCommand());
        line.addAll(List.of(args));
        ProcessBuilder builder = new ProcessBuilder(line);
        builder.environment().clear();
        builder.environment().put("PATH", System.getenv("PATH"));
        builder.environment().putAll(environment);
        return new Command(builder.start());
    }

    static List<String> javaCommand() {
        return List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.firsttoken.cli.Main");
    }

    static Result run(String... args) throws Exception {
        return runWith(Map.of(), "", args);
    }

    static Result runWith(Map<String, String> environment, String input, String... args)
            throws Exception {
        try (Command command = start(environment, args)) {
            try (var in = command.process.getOutputStream()) {
                in.write(input.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                // It did not want to read it.
            }
            return command.result();
        }
    }

    /// Reads output up to a line that holds this text.
    String await(String text) throws Exception {
        String line;
        while ((line = out.readLine()) != null) {
            seen.append(line).append('\n');
            if (line.contains(text)) {
                return line;
            }
        }
        throw new AssertionError("ended without '" + text + "': " + seen + err.get());
    }

    long pid() {
        return process.pid();
    }

    void signal(String name) throws Exception {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    }

    Result result() throws Exception {
        String line;
        while ((line = out.readLine()) != null) {
            seen.append(line).append('\n');
        }
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("still running: " + seen);
        }
        return new Result(process.exitValue(), seen.toString(), err.get());
    }

    @Override
    public void close() throws Exception {
        process.destroyForcibly();
        process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
}
