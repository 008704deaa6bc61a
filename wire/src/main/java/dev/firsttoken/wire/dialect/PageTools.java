package dev.firsttoken.wire.dialect;

import dev.firsttoken.wire.event.InvalidRequestException;
import dev.firsttoken.wire.json.JsonFields;
import dev.firsttoken.wire.message.Extras;
import dev.firsttoken.wire.message.Tool;
import java.util.ArrayList;
import java.util.List;

/// The tools that a page runs, as it offers them: `[{"name","description","parameters"}]`, where
/// the last is a JSON schema.
public final class PageTools {

    private PageTools() {}

    /// Reads the member `tools` of a body; without it there are none.
    public static List<Tool> read(JsonFields body) throws InvalidRequestException {
        var tools = new ArrayList<Tool>();
        for (JsonFields tool : body.objects("tools")) {
            tools.add(
                    new Tool.Function(
                            tool.needString("name"),
                            tool.string("description"),
                            tool.raw("parameters"),
                            null,
                            Extras.NONE));
        }
        return List.copyOf(tools);
    }
}
