package dev.firsttoken.cli.chat;

import java.io.PrintWriter;

/// Writes answers for eyes: the answer as it comes, thoughts and remarks dimmed where colours are
/// welcome.
final class Screen implements AnswerView {

    private static final String DIM = "\u001b[2m";
    private static final String PLAIN = "\u001b[0m";

    private final PrintWriter out;
    private final PrintWriter remarks;
    private final boolean terminal;
    private final boolean colours;

    private boolean thinking;
    private boolean lineStarted;

    /// @param out takes the answer
    /// @param remarks takes everything that is not part of it
    /// @param terminal whether `out` is a terminal: then nothing a model says may steer it
    Screen(PrintWriter out, PrintWriter remarks, boolean terminal, boolean colours) {
        this.out = out;
        this.remarks = remarks;
        this.terminal = terminal;
        this.colours = colours;
    }

    @Override
    public void text(String text) {
        if (thinking) {
            thinking = false;
            remarks.print(colours ? PLAIN + "\n" : "\n");
            remarks.flush();
        }
        out.print(terminal ? harmless(text) : text);
        out.flush();
        lineStarted = !text.endsWith("\n");
    }

    @Override
    public void reasoning(String text) {
        if (!terminal) {
            return;
        }
        if (!thinking) {
            thinking = true;
            remarks.print(colours ? DIM : "");
        }
        remarks.print(harmless(text));
        remarks.flush();
        lineStarted = true;
    }

    /// Ends the answer's last line, and says how it went.
    void end(Answer answer, boolean withSummary) {
        if (thinking) {
            remarks.print(colours ? PLAIN : "");
            thinking = false;
        }
        if (lineStarted) {
            out.println();
            lineStarted = false;
        }
        out.flush();
        if (!answer.isComplete()) {
            remark("[" + answer.problem() + "]");
        }
        if (withSummary && answer.firstTokenNanos() > 0) {
            remark(answer.summary());
        }
    }

    void remark(String line) {
        remarks.println(colours ? DIM + harmless(line) + PLAIN : harmless(line));
        remarks.flush();
    }

    /// The text without the control characters that would move the cursor or do worse.
    static String harmless(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (isHarmful(text.charAt(i))) {
                return text.chars()
                        .filter(c -> !isHarmful((char) c))
                        .collect(
                                StringBuilder::new,
                                StringBuilder::appendCodePoint,
                                StringBuilder::append)
                        .toString();
            }
        }
        return text;
    }

    private static boolean isHarmful(char c) {
        return Character.isISOControl(c) && c != '\n' && c != '\t';
    }
}
