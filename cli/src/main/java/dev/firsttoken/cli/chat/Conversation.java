package dev.firsttoken.cli.chat;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What was said so far, and whom it is said to.
final class Conversation {

    private final ChatClient client;
    private final List<Message> messages = new ArrayList<>();

    private @Nullable String model;

    /// @param model whom to ask; the server's default when absent
    Conversation(ChatClient client, @Nullable String model) {
        this.client = client;
        this.model = model;
    }

    /// Asks, with everything that was said before. An answer that said nothing leaves no trace.
    Answer ask(String question, AnswerView view) {
        messages.add(new Message("user", question));
        Answer answer = client.ask(model, messages, view);
        if (answer.text().isEmpty()) {
            messages.removeLast();
        } else {
            messages.add(new Message("assistant", answer.text()));
        }
        return answer;
    }

    void reset() {
        messages.clear();
    }

    void model(String name) {
        model = name;
    }

    @Nullable String model() {
        return model;
    }
}
