package dev.firsttoken.bench.overhead;

import dev.firsttoken.bench.load.OpenLoopRun;
import dev.firsttoken.bench.report.Distributions;
import dev.firsttoken.bench.stats.Estimate;
import dev.firsttoken.bench.stats.Histogram;
import dev.firsttoken.wire.json.JsonWriter;
import dev.firsttoken.wire.json.Utf8Buffer;

import org.jspecify.annotations.Nullable;

import java.util.function.Function;

/// What a target adds, for machines: every figure, and the distributions of every pair. What is not
/// known is `null`.
final class OverheadJson {

    private final Utf8Buffer bytes = new Utf8Buffer(16 * 1024);
    private final JsonWriter json = new JsonWriter(bytes);

    private OverheadJson() {}

    static byte[] of(Overhead overhead) {
        return new OverheadJson().write(overhead);
    }

    private byte[] write(Overhead overhead) {
        OverheadPlan plan = overhead.plan();
        json.object();
        json.member("url", plan.target().url().toString());
        json.member("model", plan.model());
        json.name("rate").number(plan.perSecond());
        json.name("window_seconds").number(plan.window().toNanos() / 1e9);
        json.name("sound").bool(overhead.isSound());
        added("added_first_token_ms", overhead, OpenLoopRun::firstToken);
        added("added_gap_ms", overhead, OpenLoopRun::gap);
        added("added_whole_ms", overhead, OpenLoopRun::whole);
        estimate("cpu_micros_per_event", overhead.cpuMicrosPerEvent());
        json.member("cpu_micros_per_short_stream", known(overhead.cpuMicrosPerStream()));
        json.member("bytes_per_held_stream", known(overhead.bytesPerStream()));
        holding(overhead.holding());
        json.array("pairs");
        for (Overhead.Pair pair : overhead.pairs()) {
            json.object();
            run("direct", pair.direct());
            run("through", pair.through());
            json.endObject();
        }
        json.endArray().endObject();
        return bytes.put((byte) '\n').toByteArray();
    }

    private void added(String name, Overhead overhead, Function<OpenLoopRun, Histogram> which) {
        json.object(name);
        estimate("p50", overhead.addedMillis(which, 0.5));
        estimate("p99", overhead.addedMillis(which, 0.99));
        json.endObject();
    }

    private void holding(Overhead.@Nullable Holding holding) {
        if (holding == null) {
            json.name("holding").nothing();
            return;
        }
        json.object("holding");
        json.name("asked").number(holding.asked());
        json.name("held").number(holding.held());
        json.name("resident_before_bytes").number(holding.beforeBytes());
        json.name("resident_held_bytes").number(holding.heldBytes());
        json.member("free_after_ms", holding.freeMillis() < 0 ? null : known(holding.freeMillis()));
        json.endObject();
    }

    private void run(String name, OpenLoopRun run) {
        json.object(name);
        json.name("readers").number(run.readers());
        json.name("complete").number(run.complete());
        json.name("content_events").number(run.events());
        json.name("cpu_seconds").number(run.use().processCpuNanos() / 1e9);
        Distributions.write(json.name("first_token_ms"), run.firstToken());
        Distributions.write(json.name("gap_ms"), run.gap());
        Distributions.write(json.name("whole_ms"), run.whole());
        Distributions.write(json.name("generator_late_ms"), run.late());
        json.object("problems");
        run.problems().forEach((what, count) -> json.name(what).number(count));
        json.endObject().endObject();
    }

    private void estimate(String name, Estimate estimate) {
        json.object(name);
        json.member("value", known(estimate.value()));
        json.member("low", known(estimate.low()));
        json.member("high", known(estimate.high()));
        json.endObject();
    }

    private static @Nullable Double known(double value) {
        return Double.isFinite(value) ? value : null;
    }
}
