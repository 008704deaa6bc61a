package dev.firsttoken.wire.message;

import dev.firsttoken.wire.event.StreamEvent.ToolCallDelta;
import dev.firsttoken.wire.json.RawJson;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Puts the tool calls of one choice together from their fragments, and holds them to their rules:
/// a call begins with its name, keeps its id, shares it with no other, and its arguments are one
/// JSON object in the end.
///
/// Owned by one thread at a time.
public final class ToolCalls {

    /// A rule was broken. The message names the call, never what was said in it.
    public static final class BrokenException extends Exception {
        private static final long serialVersionUID = 1L;

        BrokenException(int call, String what) {
            super("tool call " + call + ": " + what, null, false, false);
        }
    }

    private static final class Call {
        final String id;
        final String name;
        final StringBuilder arguments = new StringBuilder();
        Part.@Nullable Signed signature;

        Call(String id, String name) {
            this.id = id;
            this.name = name;
        }
    }

    private final Map<Integer, Call> calls = new TreeMap<>();
    private final Set<String> ids = new HashSet<>();

    public void add(ToolCallDelta delta) throws BrokenException {
        Call call = calls.get(delta.call());
        if (call == null) {
            String name = delta.name();
            if (name == null || name.isEmpty()) {
                throw new BrokenException(delta.call(), "begins without a name");
            }
            String id = delta.id() == null ? "" : delta.id();
            if (!id.isEmpty() && !ids.add(id)) {
                throw new BrokenException(delta.call(), "has the id of another call");
            }
            call = new Call(id, name);
            calls.put(delta.call(), call);
        } else if (delta.id() != null && !delta.id().equals(call.id)) {
            throw new BrokenException(delta.call(), "changes its id");
        }
        call.arguments.append(delta.arguments());
    }

    /// Signs a call, if it has begun.
    public void sign(int call, Part.Signed signature) {
        Call signed = calls.get(call);
        if (signed != null) {
            signed.signature = signature;
        }
    }

    /// One call as far as it has come.
    ///
    /// @throws BrokenException when it never began
    public Part.ToolCall get(int call) throws BrokenException {
        Call found = calls.get(call);
        if (found == null) {
            throw new BrokenException(call, "never began");
        }
        String arguments = found.arguments.toString();
        return new Part.ToolCall(
                found.id,
                found.name,
                arguments.isBlank() ? RawJson.EMPTY_OBJECT : new RawJson(arguments),
                found.signature,
                Extras.NONE);
    }

    /// Checks every call's arguments, where the model has said that it waits for their results.
    ///
    /// @throws BrokenException when they are not a JSON object
    public void checkComplete() throws BrokenException {
        for (int call : calls.keySet()) {
            if (!get(call).arguments().isWholeObject()) {
                throw new BrokenException(call, "its arguments are not a JSON object");
            }
        }
    }
}
