package dev.firsttoken.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.firsttoken.simulator.UpstreamFault;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/// One line of `upstream-faults.txt`: something that a provider does, and what has to come of it.
///
/// @param row the kind of fault
/// @param words what the model name says, or for a fault that no model name plays, what it is
/// @param settings what the gateway is set to beside [FaultStage]'s usual settings, such as
///   `stall=1s`
/// @param streamed what a client of `/v1/chat/completions` with `"stream":true` sees
/// @param simple what a client of `/chat/stream` sees
/// @param whole what a client of `/v1/chat/completions` without `stream` sees
/// @param next whether another deployment of the same model is tried
record FaultCase(
        UpstreamFault row,
        String words,
        String settings,
        FaultOutcome streamed,
        FaultOutcome simple,
        FaultOutcome whole,
        boolean next) {

    private static final String TABLE = "/upstream-faults.txt";

    /// All of them, in the order of the file.
    static List<FaultCase> all() {
        var all = new ArrayList<FaultCase>();
        for (String line : lines()) {
            if (!line.isBlank() && !line.startsWith("#")) {
                all.add(parse(line));
            }
        }
        return List.copyOf(all);
    }

    private static List<String> lines() {
        try (InputStream in = FaultCase.class.getResourceAsStream(TABLE)) {
            return new String(in.readAllBytes(), UTF_8).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static FaultCase parse(String line) {
        String[] column = line.split("\\|", -1);
        if (column.length != 7) {
            throw new AssertionError(line + ": " + column.length + " columns (expected: 7)");
        }
        FaultOutcome streamed = FaultOutcome.parse(column[3].strip());
        String simple = column[4].strip();
        return new FaultCase(
                UpstreamFault.valueOf(column[0].strip()),
                column[1].strip(),
                column[2].strip(),
                streamed,
                simple.isEmpty() ? streamed.onChatStream() : FaultOutcome.parse(simple),
                FaultOutcome.parse(column[5].strip()),
                column[6].strip().equals("next"));
    }

    /// The model that the provider is asked for.
    String model() {
        return "sim/" + (row.cases().contains(words) ? words : "tokens-120");
    }

    /// The name of a model with two deployments, of which the first has this fault.
    String modelWithNext() {
        return this + " then another";
    }

    /// The name in the configuration of the provider that has this fault.
    String provider() {
        for (String setting : settings.split(" ")) {
            if (setting.startsWith("on=")) {
                return setting.substring("on=".length());
            }
        }
        return "house";
    }

    /// The settings that are not the choice of a provider.
    String limits() {
        return settings.replaceAll("on=\\S+ ?", "").strip();
    }

    @Override
    public String toString() {
        return row + " " + words;
    }
}
