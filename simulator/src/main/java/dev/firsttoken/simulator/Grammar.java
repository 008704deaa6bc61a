package dev.firsttoken.simulator;

import dev.firsttoken.simulator.answer.Framing;
import dev.firsttoken.simulator.answer.Http;
import dev.firsttoken.simulator.dialect.Dialect;
import dev.firsttoken.simulator.dialect.Dialects;
import dev.firsttoken.simulator.fault.Catalogue;
import dev.firsttoken.simulator.fault.Fault;
import dev.firsttoken.simulator.word.Word;
import dev.firsttoken.wire.event.StreamEvent.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/// The words that shape an answer from inside a request: in a model name after `sim/`, joined by
/// `+`, or in the header `x-simulate`, joined by commas.
///
/// The order in which words are given does not matter. A word that is given twice counts once, the
/// last time; the header counts after the model name.
public final class Grammar {

    /// What a model name begins with when the rest of it is words.
    public static final String PREFIX = "sim/";

    /// The header that holds words, whatever the model name.
    public static final String HEADER = "x-simulate";

    private static final int HELP_WIDTH = 24;

    private static final List<Word<UnaryOperator<Script>>> SHAPE = shape();
    private static final List<Word<UnaryOperator<Script>>> WORDS = all();

    private Grammar() {}

    private static List<Word<UnaryOperator<Script>>> shape() {
        List<Word<UnaryOperator<Script>>> words = new ArrayList<>();
        words.add(
                Word.count(
                        "tokens",
                        0,
                        100_000,
                        "answer with N tokens (120 if not said)",
                        n -> generated(content -> content.withTokens(n))));
        words.add(
                Word.count(
                        "reasoning",
                        0,
                        100_000,
                        "think for N tokens first",
                        n -> generated(content -> content.withReasoningTokens(n))));
        words.add(
                Word.count(
                        "tools",
                        0,
                        100,
                        "call N tools after the text",
                        n -> generated(content -> content.withToolCalls(n))));
        words.add(
                Word.count(
                        "cached",
                        0,
                        1_000_000,
                        "count N tokens of input more that came from a cache",
                        n -> generated(content -> content.withCachedTokens(n))));
        words.add(
                new Word<>(
                        "finish",
                        "REASON",
                        "length",
                        "finish with stop, length, tool_calls, content_filter or other",
                        value -> {
                            Reason reason = reason(value);
                            return generated(content -> content.withReason(reason));
                        }));
        words.add(
                Word.duration(
                        "ttft",
                        "let the first token come after this time",
                        wait -> timing(was -> was.withFirstToken(wait))));
        words.add(
                Word.duration(
                        "gap",
                        "let each further token come after this time",
                        gap -> timing(was -> was.withGap(gap))));
        words.add(
                new Word<>(
                        "jitter",
                        "SIGMA",
                        "0.5",
                        "spread these times log-normally, such as 0.5",
                        value -> {
                            double sigma = Word.number("jitter", value, 0, 3);
                            return timing(was -> was.withSigma(sigma));
                        }));
        words.add(
                new Word<>(
                        "stalls",
                        "P:TIME",
                        "0.01:2s",
                        "pause this long before a token with probability P",
                        value -> {
                            Stalls stalls = stalls(value);
                            return timing(was -> was.withStalls(stalls));
                        }));
        words.add(
                Word.count(
                        "seed",
                        0,
                        Integer.MAX_VALUE,
                        "draw the same times on every request",
                        n -> script -> script.withSeed(n)));
        words.add(
                Word.flag(
                        "split-bytes",
                        "send every byte of the body alone",
                        () -> script -> script.withSegmentation(new Segmentation.EveryByte())));
        words.add(
                Word.flag(
                        "split-never",
                        "send the whole body in one write",
                        () -> script -> script.withSegmentation(new Segmentation.WholeBody())));
        words.add(
                Word.size(
                        "split-every",
                        "send the body in segments of this many bytes",
                        bytes ->
                                script ->
                                        script.withSegmentation(
                                                new Segmentation.Every(
                                                        (int) Math.min(bytes, 1 << 30)))));
        words.add(
                Word.count(
                        "split-random",
                        0,
                        Integer.MAX_VALUE,
                        "cut the body at random places, drawn from seed N",
                        n -> script -> script.withSegmentation(new Segmentation.Random(n))));
        words.add(
                Word.flag(
                        "content-length",
                        "promise the body's length instead of chunks (HTTP/1.1)",
                        () -> script -> script.withFraming(Framing.CONTENT_LENGTH)));
        words.add(
                Word.flag(
                        "close-delimited",
                        "end the body by closing the connection (HTTP/1.1)",
                        () -> script -> script.withFraming(Framing.CLOSE_DELIMITED)));
        return List.copyOf(words);
    }

    private static List<Word<UnaryOperator<Script>>> all() {
        List<Word<UnaryOperator<Script>>> words = new ArrayList<>(SHAPE);
        for (Word<Fault> word : Fault.words()) {
            words.add(word.map(fault -> script -> script.with(fault)));
        }
        return List.copyOf(words);
    }

    /// Every word with its one line of help, for people.
    public static String help() {
        int longest = WORDS.stream().mapToInt(word -> word.usage().length()).max().orElse(0);
        int width = Math.min(longest, HELP_WIDTH);
        StringBuilder text = new StringBuilder(4096);
        text.append("Any model name is answered. A name such as\n");
        text.append("  ").append(PREFIX).append("tokens-200+gap-20ms+ttft-100ms\n");
        text.append("shapes the answer, and so does a header such as\n");
        text.append("  ").append(HEADER).append(": stall-after=3, ttft=2s\n\n");
        text.append("What the answer is and when it comes:\n");
        SHAPE.forEach(word -> line(word, width, text));
        for (Catalogue group : Catalogue.groups()) {
            text.append('\n').append(group.title()).append(":\n");
            group.words().forEach(word -> line(word, width, text));
        }
        return text.toString();
    }

    private static void line(Word<?> word, int width, StringBuilder text) {
        String usage = word.usage();
        text.append("  ").append(usage).append(' ');
        if (usage.length() > width) {
            text.append('\n').append(" ".repeat(width + 4));
        } else {
            text.append(" ".repeat(width - usage.length() + 1));
        }
        text.append(word.help()).append('\n');
    }

    /// Every word as tables, for docs/simulator.md.
    static String markdown() {
        StringBuilder text = new StringBuilder(16_384);
        table("What the answer is and when it comes", SHAPE, _ -> "", text);
        for (Catalogue group : Catalogue.groups()) {
            table(group.title(), group.words(), Grammar::only, text);
        }
        return text.toString();
    }

    /// Every dialect as a table, for docs/simulator.md.
    static String dialectsMarkdown() {
        StringBuilder text = new StringBuilder(1_024);
        text.append("\n| dialect | routes | a stream is |\n|---|---|---|\n");
        for (Dialect dialect : Dialects.ALL) {
            String routes =
                    dialect.paths().stream()
                            .map(path -> "`POST " + path + "`")
                            .collect(Collectors.joining(", "));
            text.append("| ").append(dialect.title()).append(" | ").append(routes).append(" | `");
            text.append(dialect.streamType()).append("` |\n");
        }
        return text.append('\n').toString();
    }

    private static String only(Word<Fault> word) {
        Fault fault = word.parse().apply(word.example());
        Http only = fault.onlyOn();
        return only == null ? fault.reach().toString() : only.toString();
    }

    private static <T> void table(
            String title, List<Word<T>> words, Function<Word<T>, String> only, StringBuilder text) {
        text.append("\n### ").append(title).append("\n\n");
        text.append("| word | does | only on |\n|---|---|---|\n");
        for (Word<T> word : words) {
            text.append("| `").append(word.usage().replace("|", "\\|")).append("` | ");
            text.append(word.help().replace("|", "\\|")).append(" | ");
            text.append(only.apply(word)).append(" |\n");
        }
    }

    /// Every row of [UpstreamFault] as a table, for docs/simulator.md.
    static String faultsMarkdown() {
        StringBuilder text = new StringBuilder(8_192);
        text.append("\n| row | what goes wrong | model names, after `sim/` |\n|---|---|---|\n");
        for (UpstreamFault row : UpstreamFault.values()) {
            String cases =
                    row.cases().stream()
                            .map(words -> "`" + words + "`")
                            .collect(Collectors.joining(", "));
            String both = row.elsewhere().isEmpty() || cases.isEmpty() ? "" : "; ";
            text.append("| ").append(row).append(" | ").append(row.title()).append(" | ");
            text.append(row.elsewhere()).append(both).append(cases).append(" |\n");
        }
        return text.append('\n').toString();
    }

    /// The script a model name asks for, starting from another one. A name without the prefix asks
    /// for nothing.
    ///
    /// @param header the value of `x-simulate`, empty if there is none
    /// @throws IllegalArgumentException with a message for people, if there is a word nobody knows
    ///   or a value that does not fit
    public static Script parse(String model, String header, Script base) {
        Map<Integer, UnaryOperator<Script>> meanings = new TreeMap<>();
        if (model.startsWith(PREFIX)) {
            read(model.substring(PREFIX.length()), "\\+", meanings);
        }
        read(header, ",", meanings);
        Script script = base;
        for (UnaryOperator<Script> meaning : meanings.values()) {
            script = meaning.apply(script);
        }
        return script;
    }

    private static void read(
            String text, String separator, Map<Integer, UnaryOperator<Script>> meanings) {
        if (text.isBlank()) {
            return;
        }
        for (String part : text.split(separator, -1)) {
            String given = part.strip();
            int index = find(given);
            Word<UnaryOperator<Script>> word = WORDS.get(index);
            String value =
                    given.length() == word.name().length()
                            ? ""
                            : given.substring(word.name().length() + 1).strip();
            meanings.put(index, word.parse().apply(value));
        }
    }

    /// The word with the longest name that the text begins with.
    private static int find(String given) {
        int best = -1;
        for (int i = 0; i < WORDS.size(); i++) {
            String name = WORDS.get(i).name();
            boolean fits =
                    given.startsWith(name)
                            && (given.length() == name.length()
                                    || given.charAt(name.length()) == '-'
                                    || given.charAt(name.length()) == '=');
            if (fits && (best < 0 || name.length() > WORDS.get(best).name().length())) {
                best = i;
            }
        }
        if (best < 0) {
            String known = WORDS.stream().map(Word::usage).collect(Collectors.joining(", "));
            throw new IllegalArgumentException(
                    "unknown word '" + given + "' (known: " + known + ")");
        }
        return best;
    }

    private static UnaryOperator<Script> generated(UnaryOperator<Content.Generated> change) {
        return script ->
                script.withContent(
                        change.apply(
                                script.content() instanceof Content.Generated was
                                        ? was
                                        : Content.Generated.DEFAULT));
    }

    private static UnaryOperator<Script> timing(UnaryOperator<Timing> change) {
        return script -> {
            Timing was = script.timing();
            return script.withTiming(change.apply(was == null ? Timing.instant() : was));
        };
    }

    private static Reason reason(String value) {
        for (Reason reason : Reason.values()) {
            if (reason.name().toLowerCase(Locale.ROOT).equals(value)) {
                return reason;
            }
        }
        throw Word.bad("finish", value, "stop, length, tool_calls, content_filter or other");
    }

    private static Stalls stalls(String value) {
        int colon = value.indexOf(':');
        if (colon < 0) {
            throw Word.bad("stalls", value, "P:TIME such as 0.01:2s");
        }
        return new Stalls(
                Word.number("stalls", value.substring(0, colon), 0, 1),
                Word.duration("stalls", value.substring(colon + 1)));
    }
}
