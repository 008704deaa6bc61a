package dev.firsttoken.wire.message;

import dev.firsttoken.wire.json.JsonWriter;
import dev.firsttoken.wire.json.RawJson;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Collects what a translation loses. One for each request that is written.
public final class Losses {

    private final String dialect;
    private final List<Loss> list = new ArrayList<>();

    /// @param dialect the one that is written
    public Losses(String dialect) {
        this.dialect = dialect;
    }

    /// The dialect that is written.
    public String dialect() {
        return dialect;
    }

    public void add(String path, String reason) {
        list.add(new Loss(path, reason));
    }

    /// Reports a value that there is no form for, if there is one.
    public void dropped(String path, @Nullable Object value) {
        if (value != null) {
            add(path, "has no form in " + dialect + " and is left out");
        }
    }

    /// Writes fields again that this dialect had not understood, and reports those of another one.
    public void writeFields(String path, Extras extras, JsonWriter out) {
        if (extras.dialect().equals(dialect)) {
            out.members(extras.fields());
        } else {
            droppedFields(path, extras);
        }
    }

    /// Reports fields of another dialect.
    public void droppedFields(String path, Extras extras) {
        if (extras.dialect().equals(dialect)) {
            return;
        }
        extras.fields()
                .forEach((name, value) -> {
                    if (!isNothing(value)) {
                        String at = path.isEmpty() ? name : path + "." + name;
                        add(at, "is known to " + extras.dialect() + " only and is left out");
                    }
                });
    }

    /// Reports a cache mark that there is no form for.
    public void droppedCache(String path, Extras extras) {
        if (extras.cache() != null) {
            add(path, "cache mark has no form in " + dialect + " and is left out");
        }
    }

    private static boolean isNothing(RawJson value) {
        return value.text().equals("null");
    }

    public List<Loss> list() {
        return List.copyOf(list);
    }
}
