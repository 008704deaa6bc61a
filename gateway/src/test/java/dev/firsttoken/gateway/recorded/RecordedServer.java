package dev.firsttoken.gateway.recorded;

import dev.firsttoken.gateway.Gateway;
import dev.firsttoken.simulator.Script;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// A gateway, and one with frequent heartbeats, in front of a simulator that plays every recorded
/// stream under its name, for clients in other languages. Runs until its standard input ends, so
/// that it does not outlive who started it.
///
/// It needs no test library, so that `java` can run it from its source.
public final class RecordedServer {

    /// Short, so that a client that cannot bear a heartbeat meets one.
    private static final Duration HEARTBEAT = Duration.ofMillis(50);

    private RecordedServer() {}

    /// @param args the file to write to, once everything is there, what is where
    public static void main(String[] args) throws IOException {
        List<Recording> recordings = Recordings.chat();
        if (recordings.isEmpty()) {
            System.out.println("LEFT OUT: " + Recordings.missing());
        }
        try (Rig rig = Rig.start();
                Gateway lively = rig.startWithHeartbeat(HEARTBEAT)) {
            for (Recording recording : recordings) {
                rig.simulator().script(recording.name(), Script.sse(recording.body()));
            }
            Path file = Path.of(args[0]);
            Path part = file.resolveSibling(file.getFileName() + ".part");
            Files.writeString(part, description(rig, lively, recordings));
            Files.move(part, file);
            while (System.in.read() >= 0) {
                // Whoever started it has not left.
            }
        }
    }

    private static String description(Rig rig, Gateway lively, List<Recording> recordings) {
        var text = new StringWriter();
        try (JsonGenerator json =
                new JsonFactory().createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            json.writeStringProperty("simulator", rig.simulator().baseUrl().toString());
            json.writeStringProperty("gateway", rig.gatewayUrl().toString());
            json.writeStringProperty("heartbeats", Rig.url(lively).toString());
            json.writeArrayPropertyStart("recordings");
            recordings.forEach(recording -> json.writeString(recording.name()));
            json.writeEndArray();
            json.writeEndObject();
        }
        return text.toString();
    }
}
