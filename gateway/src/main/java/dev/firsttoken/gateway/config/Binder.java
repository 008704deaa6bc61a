package dev.firsttoken.gateway.config;

import dev.firsttoken.gateway.config.Type.Items;
import dev.firsttoken.gateway.config.Type.Redaction;
import dev.firsttoken.gateway.config.Type.Scalar;
import dev.firsttoken.gateway.config.Type.Section;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Holds a [Tree] against the definitions in [Keys], and goes on after an error to find them all.
final class Binder {

    private static final int MAX_SHOWN = 80;

    private final List<Problem> problems;

    private Binder(List<Problem> problems) {
        this.problems = problems;
    }

    static Values bind(Tree.Mapping tree, List<Problem> problems) {
        return new Binder(problems).section(Keys.ROOT, tree, "");
    }

    private Values section(Section section, Tree.Mapping tree, String path) {
        for (Tree.Entry entry : tree.entries()) {
            if (!names(section).contains(entry.key())) {
                unknown(section, entry, path);
            }
        }
        Map<Key<?>, Bound<?>> bound = new LinkedHashMap<>();
        for (Key<?> key : section.keys()) {
            String at = join(path, key.name);
            Tree written = tree.find(key.name);
            if (written == null && key.required && isMisspelt(key, section, tree)) {
                continue;
            }
            Bound<?> value =
                    written == null ? missing(key, at, tree.origin()) : bind(key.type, written, at);
            if (value != null) {
                bound.put(key, value);
            }
        }
        return new Values(section, bound, path, tree.origin());
    }

    /// Whether a required key is there under a wrong name: one slip is one error.
    private static boolean isMisspelt(Key<?> key, Section section, Tree.Mapping tree) {
        return tree.entries().stream()
                .map(Tree.Entry::key)
                .filter(written -> !names(section).contains(written))
                .anyMatch(written ->
                        Spelling.nearest(written, names(section))
                                .filter(key.name::equals)
                                .isPresent());
    }

    private static List<String> names(Section section) {
        return section.keys().stream().map(key -> key.name).toList();
    }

    private void unknown(Section section, Tree.Entry entry, String path) {
        String hint = section.hints().get(entry.key());
        if (hint == null) {
            List<String> known = names(section);
            hint =
                    Spelling.nearest(entry.key(), known)
                            .or(() -> elsewhere(entry.key(), Keys.ROOT, ""))
                            .map(name -> "did you mean " + name + "?")
                            .orElseGet(() -> "expected: one of " + String.join(", ", known));
            hint = "unknown key (" + hint + ")";
        }
        problems.add(Problem.error(entry.origin(), join(path, entry.key()), hint));
    }

    /// Where else a key of this name belongs, for one that is merely in the wrong place.
    private static Optional<String> elsewhere(String name, Section section, String path) {
        for (Key<?> key : section.keys()) {
            String at = join(path, key.name);
            Optional<String> found =
                    key.name.equals(name)
                            ? Optional.of(at)
                            : key.type instanceof Section inner
                                    ? elsewhere(name, inner, at)
                                    : Optional.empty();
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private @Nullable Bound<?> missing(Key<?> key, String path, Origin parent) {
        if (key.required) {
            problems.add(
                    Problem.error(parent, path, "missing (expected: " + expected(key.type) + ")"));
            return null;
        }
        Origin origin = new Origin.Default();
        return switch (key.type) {
            case Scalar<?> scalar ->
                    key.defaultValue == null
                            ? null
                            : accept(scalar, Tree.Text.untyped(key.defaultValue, origin), path);
            case Section section ->
                    section.whenMissing()
                            ? bind(section, new Tree.Mapping(List.of(), origin), path)
                            : null;
            case Items<?> items -> bind(items, new Tree.Sequence(List.of(), origin), path);
        };
    }

    private @Nullable Bound<?> bind(Type<?> type, Tree tree, String path) {
        if (tree instanceof Tree.Unknown) {
            return null;
        }
        return switch (type) {
            case Scalar<?> scalar when tree instanceof Tree.Text text -> scalar(scalar, text, path);
            case Section section when tree instanceof Tree.Mapping mapping ->
                    new Bound<>(section(section, mapping, path), path, tree.origin(), "");
            case Items<?> items when tree instanceof Tree.Sequence sequence ->
                    items(items, sequence, path);
            // The value itself stays out of the message: nobody knows what was meant to be there.
            case Scalar<?> _, Section _, Items<?> _ -> {
                String remedy =
                        tree instanceof Tree.Text text && text.type() == Tree.Kind.NOTHING
                                ? ", or the key to be left out"
                                : "";
                problems.add(
                        Problem.error(
                                tree.origin(),
                                path,
                                tree.kind() + " (expected: " + expected(type) + remedy + ")"));
                yield null;
            }
        };
    }

    private <T> @Nullable Bound<List<Bound<T>>> items(
            Items<T> items, Tree.Sequence tree, String path) {
        if (tree.items().size() < items.minimum()) {
            problems.add(
                    Problem.error(
                            tree.origin(),
                            path,
                            "an empty list (expected: " + expected(items) + ")"));
            return null;
        }
        List<Bound<T>> list = new ArrayList<>();
        for (int i = 0; i < tree.items().size(); i++) {
            @SuppressWarnings("unchecked") // a type accepts values of its own type only
            Bound<T> item =
                    (Bound<T>) bind(items.item(), tree.items().get(i), path + "[" + i + "]");
            if (item != null) {
                list.add(item);
            }
        }
        String shown = list.stream().map(Bound::shown).collect(Collectors.joining(", ", "[", "]"));
        return new Bound<>(List.copyOf(list), path, tree.origin(), shown);
    }

    private <T> @Nullable Bound<T> scalar(Scalar<T> scalar, Tree.Text text, String path) {
        if (text.type() == Tree.Kind.ANY || scalar.kinds().contains(text.type())) {
            return accept(scalar, text, path);
        }
        String value =
                text.type() == Tree.Kind.TEXT && scalar.redaction() == Redaction.NONE
                        ? '"' + shown(scalar, text.written()) + '"'
                        : shown(scalar, text.written());
        boolean nothing = text.type() == Tree.Kind.NOTHING;
        String remedy =
                switch (text.type()) {
                    case NOTHING -> ", or the key to be left out";
                    case NUMBER, BOOLEAN -> "; put it in quotes";
                    case TEXT, ANY -> "; leave the quotes away";
                };
        if (!nothing && scalar.parser().apply(text.value()) == null) {
            remedy = "";
        }
        String found = nothing ? "nothing" : text.kind() + " " + value;
        problems.add(
                Problem.error(
                        text.origin(),
                        path,
                        found + " (expected: " + scalar.expected() + remedy + ")"));
        return null;
    }

    private <T> @Nullable Bound<T> accept(Scalar<T> scalar, Tree.Text text, String path) {
        T value = scalar.parser().apply(text.value());
        if (value == null) {
            problems.add(
                    Problem.error(
                            text.origin(),
                            path,
                            shown(scalar, text.written())
                                    + " (expected: "
                                    + scalar.expected()
                                    + ")"));
            return null;
        }
        if (scalar.redaction() == Redaction.ALWAYS
                && text.origin() instanceof Origin.InFile
                && !Interpolation.isOnlyReferences(text.written())) {
            problems.add(
                    Problem.warning(
                            text.origin(),
                            path,
                            "a secret in the file itself (better: ${NAME} or ${file:/path})"));
        }
        return new Bound<>(value, path, text.origin(), inForce(scalar, value, text));
    }

    private static <T> String inForce(Scalar<T> scalar, T value, Tree.Text text) {
        boolean hidden =
                switch (text.origin()) {
                    // Somebody may have put the variable of a key where a name belongs.
                    case Origin.InFile place -> place.sources().stream().anyMatch(Binder::isSecret);
                    case Origin.WholeFile _, Origin.Variable _, Origin.Flag _, Origin.Default _ ->
                            false;
                };
        return hidden || scalar.redaction() == Redaction.ALWAYS
                ? "***"
                : scalar.printer().apply(value);
    }

    private static boolean isSecret(String source) {
        return source.startsWith("file:")
                || source.matches("(?i).*(KEY|TOKEN|SECRET|PASSWORD|CREDENTIAL).*");
    }

    /// As much of a refused value as may be shown; what came in through `${…}` never is.
    private static String shown(Scalar<?> scalar, String written) {
        if (scalar.redaction() != Redaction.NONE) {
            return "***";
        }
        String oneLine =
                written.replaceAll("\\p{Cntrl}", "?")
                        .replaceAll("//[^/]*@", "//***@")
                        .replaceAll("[?#](?!$).*", "?***");
        if (oneLine.isEmpty()) {
            return "\"\"";
        }
        return oneLine.length() <= MAX_SHOWN ? oneLine : oneLine.substring(0, MAX_SHOWN) + "…";
    }

    private static String expected(Type<?> type) {
        return switch (type) {
            case Scalar<?> scalar -> scalar.expected();
            case Section section ->
                    "a mapping with "
                            + section.keys().stream()
                                    .map(key -> key.name)
                                    .collect(Collectors.joining(", "));
            case Items<?> items ->
                    items.minimum() == 0 ? "a list" : "a list of at least " + items.minimum();
        };
    }

    private static String join(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }
}
