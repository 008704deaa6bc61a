package dev.firsttoken.cli.chat;

/// Where an answer appears while it is being given.
interface AnswerView {

    void text(String text);

    /// The model thinks aloud. It is not part of the answer.
    void reasoning(String text);
}
