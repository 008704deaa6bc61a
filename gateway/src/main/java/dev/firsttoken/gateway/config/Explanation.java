package dev.firsttoken.gateway.config;

import dev.firsttoken.gateway.config.Type.Items;
import dev.firsttoken.gateway.config.Type.Scalar;
import dev.firsttoken.gateway.config.Type.Section;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// The configuration in force, key by key, and the table that shows it.
final class Explanation {

    private final List<Setting> settings = new ArrayList<>();

    private Explanation() {}

    static List<Setting> settings(Values root) {
        Explanation explanation = new Explanation();
        explanation.section(root);
        return List.copyOf(explanation.settings);
    }

    private void section(Values values) {
        for (Key<?> key : values.section().keys()) {
            String path = values.path().isEmpty() ? key.name : values.path() + "." + key.name;
            Bound<?> bound = values.find(key);
            if (bound == null) {
                add(path, "none", new Origin.Default(), key);
                continue;
            }
            switch (key.type) {
                case Scalar<?> _ -> add(path, bound.shown(), bound.origin(), key);
                case Section _ -> section((Values) bound.value());
                case Items<?> items -> items(key, items, bound);
            }
        }
    }

    private void items(Key<?> key, Items<?> items, Bound<?> bound) {
        List<?> list = (List<?>) bound.value();
        if (items.item() instanceof Section && !list.isEmpty()) {
            for (Object item : list) {
                section((Values) ((Bound<?>) item).value());
            }
        } else {
            add(bound.path(), list.isEmpty() ? "none" : bound.shown(), bound.origin(), key);
        }
    }

    private void add(String path, String value, Origin origin, Key<?> key) {
        settings.add(new Setting(path, value, origin, key.reloadable, key.description));
    }

    /// One line for each key: path, value, where it came from, what it is.
    static String of(List<Setting> settings) {
        int paths = width(settings, Setting::path);
        int values = width(settings, Setting::value);
        int origins = width(settings, setting -> setting.origin().toString());
        StringBuilder text = new StringBuilder();
        for (Setting setting : settings) {
            pad(text, setting.path(), paths);
            pad(text, setting.value(), values);
            pad(text, setting.origin().toString(), origins);
            text.append(setting.description()).append('\n');
        }
        return text.toString();
    }

    private static int width(List<Setting> settings, Function<Setting, String> column) {
        return settings.stream()
                .mapToInt(setting -> column.apply(setting).length())
                .max()
                .orElse(0);
    }

    private static void pad(StringBuilder text, String cell, int width) {
        text.append(cell).repeat(' ', width - cell.length() + 2);
    }
}
