package dev.firsttoken.gateway.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Replaces `${NAME}`, `${NAME:-default}` and `${file:/path}` in values that YAML has already read,
/// so that what comes in can never become structure. `$${` stands for a plain `${`.
final class Interpolation {

    private static final Pattern REFERENCE =
            Pattern.compile(
                    "\\$\\$\\{|\\$\\{(?:file:(?<file>[^}\\n]+)"
                            + "|(?<name>[A-Za-z_][A-Za-z0-9_]*)(?::-(?<fallback>[^}\\n]*))?)}|\\$\\{");
    private static final int MAX_FILE_BYTES = 64 * 1024;

    private final Map<String, String> environment;
    private final Path directory;
    private final List<Path> files = new ArrayList<>();

    /// @param directory what relative paths of files are relative to
    Interpolation(Map<String, String> environment, Path directory) {
        this.environment = environment;
        this.directory = directory;
    }

    /// A value with its references replaced.
    ///
    /// @param sources what was referred to
    /// @param complaints why it could not be done; names what is missing, never a value
    record Expanded(String value, List<String> sources, List<String> complaints) {}

    /// Every file that was referred to so far.
    List<Path> files() {
        return List.copyOf(files);
    }

    static boolean isReference(String written) {
        return written.contains("${");
    }

    /// Whether nothing of the value stands in the text itself.
    static boolean isOnlyReferences(String written) {
        Matcher matcher = REFERENCE.matcher(written);
        int end = 0;
        while (matcher.find()) {
            String fallback = matcher.group("fallback");
            boolean reference = matcher.group("name") != null || matcher.group("file") != null;
            if (matcher.start() != end || !reference || (fallback != null && !fallback.isEmpty())) {
                return false;
            }
            end = matcher.end();
        }
        return end == written.length();
    }

    Expanded expand(String written) {
        List<String> sources = new ArrayList<>();
        List<String> complaints = new ArrayList<>();
        Matcher matcher = REFERENCE.matcher(written);
        StringBuilder value = new StringBuilder();
        while (matcher.find()) {
            String file = matcher.group("file");
            String name = matcher.group("name");
            String replacement;
            if (file != null) {
                sources.add("file:" + file);
                replacement = contents(file, complaints);
            } else if (name != null) {
                sources.add(name);
                replacement = variable(name, matcher.group("fallback"), complaints);
            } else if (matcher.group().equals("$${")) {
                replacement = "${";
            } else {
                complaints.add(
                        "a '${' that is not ${NAME}, ${NAME:-default} or ${file:/path}"
                                + " (expected: one of these, or $${ for a plain ${)");
                replacement = "";
            }
            matcher.appendReplacement(value, Matcher.quoteReplacement(replacement));
        }
        matcher.appendTail(value);
        return new Expanded(value.toString(), sources, complaints);
    }

    private String variable(String name, @Nullable String fallback, List<String> complaints) {
        String value = environment.getOrDefault(name, "");
        if (!value.isEmpty()) {
            return value;
        } else if (fallback != null) {
            return fallback;
        }
        complaints.add(
                "${" + name + "} (expected: the environment variable " + name + " to be set)");
        return "";
    }

    private String contents(String name, List<String> complaints) {
        try {
            Path file = directory.resolve(name);
            files.add(file);
            byte[] bytes;
            try (var in = Files.newInputStream(file)) {
                bytes = in.readNBytes(MAX_FILE_BYTES + 1);
            }
            if (bytes.length > MAX_FILE_BYTES) {
                complaints.add("${file:" + name + "} (expected: a file of at most 64KiB)");
                return "";
            }
            String text =
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            return text.endsWith("\r\n")
                    ? text.substring(0, text.length() - 2)
                    : text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
        } catch (CharacterCodingException e) {
            complaints.add("${file:" + name + "} (expected: a file in UTF-8)");
        } catch (IOException | InvalidPathException e) {
            complaints.add("${file:" + name + "} (expected: a readable file)");
        }
        return "";
    }
}
