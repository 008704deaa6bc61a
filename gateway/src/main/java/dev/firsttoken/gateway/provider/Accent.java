package dev.firsttoken.gateway.provider;

import dev.firsttoken.wire.dialect.WrittenRequest;
import dev.firsttoken.wire.event.InvalidRequestException;
import dev.firsttoken.wire.json.JsonLimits;
import dev.firsttoken.wire.json.JsonObjectText;
import dev.firsttoken.wire.json.JsonObjectText.Member;
import dev.firsttoken.wire.json.Utf8Buffer;
import dev.firsttoken.wire.message.Loss;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// What one provider does in its own way among those that share a dialect, as far as a request has
/// to be changed for it: names of fields, fields that it refuses, and where it is asked. How
/// answers differ is nothing that has to be known beforehand.
///
/// @param renamed fields that have another name there
/// @param refused fields that it answers with an error, apart from what we ask for ourselves
/// @param unasked fields that it has no use for, so that nobody misses them
/// @param rewritten fields whose values, as JSON, are written in another way there
/// @param paths where it is asked
public record Accent(
        Map<String, String> renamed,
        Set<String> refused,
        Set<String> unasked,
        Map<String, UnaryOperator<byte[]>> rewritten,
        Paths paths) {

    /// Where a provider is asked.
    @FunctionalInterface
    public interface Paths {

        /// @param path one of the dialect, with its root
        /// @param model the provider's own name for it
        /// @param version of the provider's API, null if none is configured
        String path(String path, String model, @Nullable String version);
    }

    private static final Paths AS_THE_DIALECT_SAYS = (path, _, _) -> path;

    /// None: everything is as the dialect says.
    public static final Accent NONE = at(AS_THE_DIALECT_SAYS);

    /// A text that was read before is not too long or too deep now.
    private static final JsonLimits NO_LIMITS = new JsonLimits(500, Integer.MAX_VALUE);

    public Accent {
        renamed = Map.copyOf(renamed);
        refused = Set.copyOf(refused);
        unasked = Set.copyOf(unasked);
        rewritten = Map.copyOf(rewritten);
    }

    /// Only fields.
    static Accent fields(Map<String, String> renamed, Set<String> refused, Set<String> unasked) {
        return new Accent(renamed, refused, unasked, Map.of(), AS_THE_DIALECT_SAYS);
    }

    /// The same, with the value of a field written in another way.
    Accent rewriting(String field, UnaryOperator<byte[]> value) {
        return new Accent(renamed, refused, unasked, Map.of(field, value), paths);
    }

    /// Only places.
    static Accent at(Paths paths) {
        return new Accent(Map.of(), Set.of(), Set.of(), Map.of(), paths);
    }

    /// Whether there are versions of the API to choose from.
    public boolean hasVersions() {
        return !paths.equals(AS_THE_DIALECT_SAYS);
    }

    /// The request as this provider wants it.
    ///
    /// @param plain as the dialect says
    public WrittenRequest spoken(WrittenRequest plain, String model, @Nullable String version) {
        String path = paths.path(plain.path(), model, version);
        JsonObjectText body = body(plain.body());
        if (body == null) {
            return path.equals(plain.path())
                    ? plain
                    : new WrittenRequest(path, plain.headers(), plain.body(), plain.losses());
        }
        List<Loss> losses = new ArrayList<>(plain.losses());
        var out = new Utf8Buffer(plain.body().length + 16).put((byte) '{');
        boolean first = true;
        for (String name : body.names()) {
            Member value = body.getEvenNull(name);
            String theirs = renamed.getOrDefault(name, name);
            boolean twice = !theirs.equals(name) && body.get(theirs) != null;
            if (refused.contains(name) && body.get(name) != null) {
                losses.add(new Loss(name, "this provider refuses it; left out"));
            }
            if (value == null || twice || refused.contains(name) || unasked.contains(name)) {
                continue;
            }
            out.raw(first ? "" : ",").jsonString(theirs).put((byte) ':');
            UnaryOperator<byte[]> rewriting = rewritten.get(name);
            if (rewriting == null) {
                out.put(body.text(), value.from(), value.to());
            } else {
                out.put(rewriting.apply(body.valueOf(value)));
            }
            first = false;
        }
        byte[] written = out.put((byte) '}').toByteArray();
        return new WrittenRequest(path, plain.headers(), written, List.copyOf(losses));
    }

    /// The fields of a body, null if there is nothing to change in it.
    private @Nullable JsonObjectText body(byte[] body) {
        if (renamed.isEmpty() && refused.isEmpty() && unasked.isEmpty() && rewritten.isEmpty()) {
            return null;
        }
        try {
            JsonObjectText text = JsonObjectText.read(body, NO_LIMITS);
            for (String name : text.names()) {
                if (renamed.containsKey(name)
                        || refused.contains(name)
                        || unasked.contains(name)
                        || rewritten.containsKey(name)) {
                    return text;
                }
            }
            return null;
        } catch (InvalidRequestException e) {
            throw new IllegalStateException("a request that was written is not JSON", e);
        }
    }
}
