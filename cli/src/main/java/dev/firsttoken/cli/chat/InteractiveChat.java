package dev.firsttoken.cli.chat;

import java.io.IOException;
import java.util.Locale;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.completer.StringsCompleter;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jspecify.annotations.Nullable;

/// The conversation at a prompt. The only class that knows JLine, so that nothing else waits for
/// it.
///
/// Ctrl-C while an answer comes stops the answer; at the prompt it leaves.
final class InteractiveChat {

    private static final String HELP =
            """
            /model NAME   ask another model; without a name, list them
            /reset        forget what was said
            /help         show this
            /quit         leave (so do Ctrl-D, and Ctrl-C at the prompt)
            Ctrl-C        stop the answer that is being given\
            """;

    private final ChatClient client;
    private final Conversation conversation;
    private final boolean colours;

    InteractiveChat(ChatClient client, Conversation conversation, boolean colours) {
        this.client = client;
        this.conversation = conversation;
        this.colours = colours;
    }

    void run() throws IOException, InterruptedException {
        try (Terminal terminal = TerminalBuilder.builder().system(true).build()) {
            var screen = new Screen(terminal.writer(), terminal.writer(), true, colours);
            // In force while an answer comes: the line reader puts its own in place while it reads.
            terminal.handle(Terminal.Signal.INT, _ -> client.stop());
            LineReader prompt =
                    LineReaderBuilder.builder()
                            .terminal(terminal)
                            .appName("firsttoken")
                            .completer(new StringsCompleter("/model", "/reset", "/help", "/quit"))
                            // A question may hold an exclamation mark.
                            .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
                            .build();
            screen.remark("Talking to " + client.base() + "; /help for help");
            String line;
            while ((line = next(prompt)) != null) {
                if (line.startsWith("/")) {
                    if (!command(line, screen)) {
                        return;
                    }
                } else if (!line.isEmpty()) {
                    screen.end(conversation.ask(line, screen), true);
                }
            }
        }
    }

    private static @Nullable String next(LineReader prompt) {
        try {
            return prompt.readLine("> ").strip();
        } catch (UserInterruptException | EndOfFileException e) {
            return null;
        }
    }

    /// @return whether the conversation goes on
    private boolean command(String line, Screen screen) throws InterruptedException {
        String[] words = line.split("\\s+", 2);
        switch (words[0].toLowerCase(Locale.ROOT)) {
            case "/quit", "/exit", "/q" -> {
                return false;
            }
            case "/help" -> HELP.lines().forEach(screen::remark);
            case "/reset" -> {
                conversation.reset();
                screen.remark("forgotten");
            }
            case "/model" -> {
                if (words.length == 2) {
                    conversation.model(words[1].strip());
                    screen.remark("asking " + conversation.model() + " from now on");
                } else {
                    listModels(screen);
                }
            }
            default -> screen.remark("no such command: " + words[0] + " (try /help)");
        }
        return true;
    }

    private void listModels(Screen screen) throws InterruptedException {
        String asked = conversation.model();
        screen.remark("asking " + (asked == null ? "the server's default model" : asked));
        try {
            for (String name : client.models()) {
                screen.remark("  " + name);
            }
        } catch (IOException e) {
            screen.remark("[cannot list the models: " + e.getMessage() + "]");
        }
    }
}
