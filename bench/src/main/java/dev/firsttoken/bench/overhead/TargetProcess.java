package dev.firsttoken.bench.overhead;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A target that the bench has started: told where the simulator is, and ended with everything it
/// has started itself.
final class TargetProcess implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int SHOWN_LINES = 20;

    private final Process process;
    private final Path log;

    private TargetProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /// Starts it. The simulator's address is in the environment under the names that gateways read,
    /// and in the command wherever `{upstream}` or `{upstream-port}` stands.
    ///
    /// @throws IOException when there is no such command
    static TargetProcess start(List<String> command, URI upstream) throws IOException {
        String base = upstream.toString();
        String root = base.replaceFirst("/v1$", "");
        List<String> line =
                command.stream()
                        .map(word ->
                                word.replace("{upstream}", base)
                                        .replace(
                                                "{upstream-port}",
                                                Integer.toString(upstream.getPort())))
                        .toList();
        Path log = Files.createTempFile("firsttoken-target-", ".log");
        var builder =
                new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(log.toFile());
        var environment = builder.environment();
        environment.put("OPENAI_BASE_URL", base);
        environment.put("OPENAI_API_KEY", "bench");
        environment.put("ANTHROPIC_BASE_URL", root);
        environment.put("ANTHROPIC_API_KEY", "bench");
        try {
            return new TargetProcess(builder.start(), log);
        } catch (IOException e) {
            Files.delete(log);
            throw e;
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /// It and what it has started.
    List<Long> pids() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .map(ProcessHandle::pid)
                .toList();
    }

    /// The last it said.
    String lastWords() throws IOException {
        List<String> lines = Files.readAllLines(log);
        return String.join(
                "\n", lines.subList(Math.max(0, lines.size() - SHOWN_LINES), lines.size()));
    }

    @Override
    public void close() throws IOException {
        List<ProcessHandle> children = process.descendants().toList();
        children.forEach(ProcessHandle::destroy);
        process.destroy();
        try {
            if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        children.forEach(ProcessHandle::destroyForcibly);
        Files.deleteIfExists(log);
    }
}
