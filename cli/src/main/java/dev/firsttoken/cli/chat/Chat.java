package dev.firsttoken.cli.chat;

import dev.firsttoken.cli.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/// Talks to one server: [#once] for a script, [#interactively] for a person.
public final class Chat implements AutoCloseable {

    private final ChatClient client;
    private final Conversation conversation;

    /// @param address the server, with or without `/v1`
    /// @param key sent as a Bearer token
    /// @param model whom to ask; the server's default when absent
    public Chat(URI address, @Nullable String key, @Nullable String model) {
        client = new ChatClient(address, key);
        conversation = new Conversation(client, model);
    }

    /// Asks one question and writes the answer.
    ///
    /// @param remarks takes how it went, or nothing when `quiet`, except what went wrong
    /// @return an [ExitCode]
    public int once(
            String question,
            PrintWriter out,
            PrintWriter remarks,
            boolean terminal,
            boolean colours,
            boolean quiet) {
        var screen = new Screen(out, remarks, terminal, colours);
        Answer answer = conversation.ask(question, screen);
        screen.end(answer, !quiet);
        return switch (answer.ending()) {
            case COMPLETE -> ExitCode.OK;
            case FAILED -> ExitCode.FAILED;
            case UNREACHABLE -> {
                screen.remark("Is a server running? \"firsttoken serve\" starts one.");
                yield ExitCode.NO_CONNECTION;
            }
            case STOPPED -> ExitCode.INTERRUPTED;
        };
    }

    /// Reads questions from the terminal until the person leaves.
    public void interactively(boolean colours) throws IOException, InterruptedException {
        new InteractiveChat(client, conversation, colours).run();
    }

    @Override
    public void close() {
        client.close();
    }
}
