package dev.firsttoken.bench.goodput;

import dev.firsttoken.bench.load.OpenLoopPlan;
import dev.firsttoken.bench.load.OpenLoopRun;
import dev.firsttoken.bench.report.Distributions;
import dev.firsttoken.wire.json.JsonWriter;
import dev.firsttoken.wire.json.Utf8Buffer;

/// The runs for machines: every figure of the tables, and the slices behind the plots. Times are
/// milliseconds; what is not known is `null`.
final class GoodputJson {

    private final Utf8Buffer bytes = new Utf8Buffer(16 * 1024);
    private final JsonWriter json = new JsonWriter(bytes);

    private GoodputJson() {}

    static byte[] of(Goodput goodput) {
        return new GoodputJson().write(goodput);
    }

    private byte[] write(Goodput goodput) {
        json.object().array("runs");
        goodput.runs().forEach(run -> run(run, true));
        json.endArray().array("searches");
        for (RateSearch.Found found : goodput.searches()) {
            json.object();
            json.member("label", found.trials().getFirst().plan().label());
            json.name("highest_rate").number(found.perSecond());
            json.member("ended", found.ended().words());
            json.array("trials");
            found.trials().forEach(run -> run(run, false));
            json.endArray().endObject();
        }
        json.endArray().endObject();
        return bytes.put((byte) '\n').toByteArray();
    }

    private void run(OpenLoopRun run, boolean withSlices) {
        OpenLoopPlan plan = run.plan();
        json.object();
        json.member("label", plan.label());
        json.member("url", plan.endpoint().url().toString());
        json.name("window_seconds").number(run.windowSeconds());
        json.name("rate").number(RateSearch.rateOf(run));
        json.member("objective", plan.objective().words());
        json.name("meets_objective").bool(run.meetsObjective());
        json.name("due").number(run.due());
        json.name("readers").number(run.readers());
        json.name("complete").number(run.complete());
        json.name("good").number(run.good());
        json.name("goodput_per_second").number(run.goodput());
        json.name("left").number(run.left());
        json.name("slow").number(run.slow());
        json.name("slow_complete").number(run.slowComplete());
        json.name("slow_cut").number(run.slowCut());
        json.name("reconnected").number(run.reconnected());
        json.name("content_events").number(run.events());
        json.name("most_at_once").number(run.mostAtOnce());
        Distributions.write(json.name("first_token_ms"), run.firstToken());
        Distributions.write(json.name("gap_ms"), run.gap());
        Distributions.write(json.name("whole_ms"), run.whole());
        Distributions.write(json.name("generator_late_ms"), run.late());
        json.name("generator_cpu_seconds").number(run.generatorCpuNanos() / 1e9);
        if (!plan.watchedPids().isEmpty()) {
            json.name("watched_cpu_seconds").number(run.use().processCpuNanos() / 1e9);
        }
        json.object("problems");
        run.problems().forEach((what, count) -> json.name(what).number(count));
        json.endObject();
        if (withSlices) {
            slices(run);
        }
        json.endObject();
    }

    private void slices(OpenLoopRun run) {
        json.array("slices");
        for (OpenLoopRun.Slice slice : run.slices()) {
            json.object();
            json.name("begin_seconds").number(slice.beginSeconds());
            json.name("due").number(slice.due());
            json.name("under_way").number(slice.underWay());
            json.name("content_events").number(slice.events());
            Distributions.write(json.name("first_token_ms"), slice.ttft());
            Distributions.write(json.name("gap_ms"), slice.gap());
            json.endObject();
        }
        json.endArray();
    }
}
