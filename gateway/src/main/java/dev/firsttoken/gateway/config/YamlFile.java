package dev.firsttoken.gateway.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.JsonSchema;

/// One YAML file on its way to a [Tree]. Nothing in it can make us run code, recurse or fill
/// memory.
final class YamlFile {

    static final int MAX_BYTES = 1 << 20;
    static final int MAX_DEPTH = 16;
    static final int MAX_ALIASES = 50;
    static final int MAX_VALUES = 20_000;

    private static final LoadSettings SETTINGS =
            LoadSettings.builder()
                    .setLabel("configuration")
                    .setSchema(new JsonSchema())
                    .setUseMarks(true)
                    .setCodePointLimit(MAX_BYTES)
                    .setMaxAliasesForCollections(MAX_ALIASES)
                    .setAllowDuplicateKeys(false)
                    .setAllowRecursiveKeys(false)
                    .setAllowNonScalarKeys(false)
                    .setParseComments(false)
                    .build();

    private final Path path;
    private final Interpolation interpolation;
    private final List<Problem> problems;
    private int values;

    private YamlFile(Path path, Interpolation interpolation, List<Problem> problems) {
        this.path = path;
        this.interpolation = interpolation;
        this.problems = problems;
    }

    /// Reads a file; none if it cannot be made sense of at all.
    static Tree.@Nullable Mapping read(
            Path path, Interpolation interpolation, List<Problem> problems) {
        return new YamlFile(path, interpolation, problems).read();
    }

    private Tree.@Nullable Mapping read() {
        String text = text();
        if (text == null) {
            return null;
        }
        Node root;
        try {
            if (!withinLimits(text)) {
                return null;
            }
            Optional<Node> composed = new Compose(SETTINGS).composeString(text);
            if (composed.isEmpty()) {
                return empty();
            }
            root = composed.get();
        } catch (MarkedYamlEngineException e) {
            refuse(e, text);
            return null;
        } catch (YamlEngineException e) {
            problems.add(
                    Problem.error(new Origin.WholeFile(path), "", "not YAML that we can read"));
            return null;
        }
        Tree tree = tree(root, "", 0);
        if (values > MAX_VALUES) {
            problems.add(
                    Problem.error(
                            new Origin.WholeFile(path),
                            "",
                            "more than " + MAX_VALUES + " values (expected: fewer)"));
            return null;
        }
        return switch (tree) {
            case Tree.Mapping mapping -> mapping;
            case Tree.Text nothing when nothing.type() == Tree.Kind.NOTHING -> empty();
            case Tree.Text other -> notMapping(other);
            case Tree.Sequence other -> notMapping(other);
            case Tree.Unknown _ -> null;
        };
    }

    /// Nobody means to drop all providers and keys by a file that was cut off or not mounted.
    private Tree.@Nullable Mapping empty() {
        problems.add(
                Problem.error(
                        new Origin.WholeFile(path),
                        "",
                        "empty (expected: at least one key; {} means all defaults)"));
        return null;
    }

    private Tree.@Nullable Mapping notMapping(Tree tree) {
        problems.add(
                Problem.error(
                        tree.origin(),
                        "",
                        tree.kind() + " (expected: a mapping such as `server:`)"));
        return null;
    }

    private @Nullable String text() {
        Origin origin = new Origin.WholeFile(path);
        try {
            byte[] bytes;
            try (var in = Files.newInputStream(path)) {
                bytes = in.readNBytes(MAX_BYTES + 1);
            }
            if (bytes.length > MAX_BYTES) {
                problems.add(Problem.error(origin, "", "too large (expected: at most 1MiB)"));
                return null;
            }
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            problems.add(Problem.error(origin, "", "not UTF-8 (expected: a text file in UTF-8)"));
        } catch (IOException e) {
            problems.add(Problem.error(origin, "", "cannot be read (expected: a readable file)"));
        }
        return null;
    }

    /// Looks at the flat event stream first: composing a tree recurses, and this does not.
    private boolean withinLimits(String text) {
        int depth = 0;
        int aliases = 0;
        for (Event event : new Parse(SETTINGS).parseString(text)) {
            if (event instanceof CollectionStartEvent) {
                depth++;
            } else if (event instanceof CollectionEndEvent) {
                depth--;
            } else if (event instanceof AliasEvent) {
                aliases++;
            }
            String excess =
                    depth > MAX_DEPTH
                            ? "nested too deeply (expected: at most " + MAX_DEPTH + " levels)"
                            : aliases > MAX_ALIASES
                                    ? "too many aliases (expected: at most " + MAX_ALIASES + ")"
                                    : null;
            if (excess != null) {
                problems.add(Problem.error(origin(event.getStartMark(), List.of()), "", excess));
                return false;
            }
        }
        return true;
    }

    /// The library's message without its excerpt of the file, which may hold a secret.
    private void refuse(MarkedYamlEngineException e, String text) {
        Origin origin = origin(e.getProblemMark(), List.of());
        String problem = e.getProblem() == null ? "not YAML" : e.getProblem();
        if (problem.startsWith("found undefined alias")) {
            problem =
                    "found undefined alias (expected: quotes around a value that starts with '*')";
        }
        String hint = "";
        if (origin instanceof Origin.InFile place && lineHolds(text, place.line(), "${")) {
            hint = " (inside { } and [ ] write \"${NAME}\" with quotes)";
        }
        problems.add(Problem.error(origin, "", problem + hint));
    }

    private static boolean lineHolds(String text, int line, String part) {
        return text.lines().skip(line - 1L).findFirst().orElse("").contains(part);
    }

    private Tree tree(Node node, String at, int depth) {
        values++;
        Origin origin = origin(node.getStartMark(), List.of());
        // An alias inside what it stands for has no end.
        if (depth > MAX_DEPTH || values > MAX_VALUES) {
            return new Tree.Mapping(List.of(), origin);
        }
        return switch (node) {
            case MappingNode mapping -> mapping(mapping, origin, at, depth);
            case SequenceNode sequence -> {
                List<Tree> items = new ArrayList<>();
                for (Node item : sequence.getValue()) {
                    items.add(tree(item, at + "[" + items.size() + "]", depth + 1));
                }
                yield new Tree.Sequence(items, origin);
            }
            case ScalarNode scalar -> scalar(scalar, at);
            default -> throw new IllegalStateException("unknown kind of YAML node");
        };
    }

    private Tree mapping(MappingNode node, Origin origin, String at, int depth) {
        List<Tree.Entry> entries = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (NodeTuple tuple : node.getValue()) {
            Origin keyOrigin = origin(tuple.getKeyNode().getStartMark(), List.of());
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                problems.add(Problem.error(keyOrigin, at, "a key that is not text"));
                continue;
            }
            String path = at.isEmpty() ? key.getValue() : at + "." + key.getValue();
            if (!seen.add(key.getValue())) {
                problems.add(
                        Problem.error(keyOrigin, path, "written twice (expected: each key once)"));
                continue;
            }
            entries.add(
                    new Tree.Entry(
                            key.getValue(),
                            keyOrigin,
                            tree(tuple.getValueNode(), path, depth + 1)));
        }
        return new Tree.Mapping(entries, origin);
    }

    private Tree scalar(ScalarNode node, String at) {
        String written = node.getValue();
        Tree.Kind kind = kind(node.getTag());
        Origin plain = origin(node.getStartMark(), List.of());
        if (kind != Tree.Kind.TEXT || !Interpolation.isReference(written)) {
            return new Tree.Text(written, written, kind, plain);
        }
        Interpolation.Expanded expanded = interpolation.expand(written);
        for (String complaint : expanded.complaints()) {
            problems.add(Problem.error(plain, at, complaint));
        }
        // A value that could not be made is complained about once; it must not be judged as well.
        return expanded.complaints().isEmpty()
                ? new Tree.Text(
                        written,
                        expanded.value(),
                        Tree.Kind.ANY,
                        origin(node.getStartMark(), expanded.sources()))
                : new Tree.Unknown(plain);
    }

    private static Tree.Kind kind(Tag tag) {
        if (tag.equals(Tag.INT) || tag.equals(Tag.FLOAT)) {
            return Tree.Kind.NUMBER;
        } else if (tag.equals(Tag.BOOL)) {
            return Tree.Kind.BOOLEAN;
        }
        return tag.equals(Tag.NULL) ? Tree.Kind.NOTHING : Tree.Kind.TEXT;
    }

    private Origin origin(Optional<Mark> mark, List<String> sources) {
        return mark.<Origin>map(found ->
                        new Origin.InFile(
                                path, found.getLine() + 1, found.getColumn() + 1, sources))
                .orElseGet(() -> new Origin.WholeFile(path));
    }
}
