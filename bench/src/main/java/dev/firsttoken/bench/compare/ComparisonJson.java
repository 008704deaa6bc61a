package dev.firsttoken.bench.compare;

import dev.firsttoken.bench.compare.Comparison.Spread;
import dev.firsttoken.bench.compare.Comparison.Summary;
import dev.firsttoken.bench.stats.Estimate;
import dev.firsttoken.wire.json.Utf8Buffer;
import java.math.BigDecimal;
import java.math.MathContext;

/// The comparison for machines: every figure of the table, and every sample they come from. What is
/// not known is `null`.
final class ComparisonJson {

    private final Utf8Buffer json = new Utf8Buffer(16 * 1024);

    private ComparisonJson() {}

    static byte[] of(Comparison comparison) {
        return new ComparisonJson().write(comparison).toByteArray();
    }

    private Utf8Buffer write(Comparison comparison) {
        Comparison.About about = comparison.about();
        json.raw("{\"url\":").jsonString(about.url());
        json.raw(",\"model\":").jsonString(about.model());
        json.raw(",\"api\":").jsonString(about.api());
        json.raw(",\"pairs\":").number(about.pairs());
        json.raw(",\"concurrency\":").number(about.concurrency());
        json.raw(",\"price_input_per_million\":");
        number(about.prices().inputPerMillion());
        json.raw(",\"price_output_per_million\":");
        number(about.prices().outputPerMillion());
        json.raw(",\"streaming\":");
        summary(comparison.streaming());
        json.raw(",\"whole\":");
        summary(comparison.whole());
        json.raw(",\"first_text_earlier_seconds\":");
        estimate(comparison.earlierSeconds());
        json.raw(",\"first_text_times_sooner\":");
        estimate(comparison.timesSooner());
        json.raw(",\"last_text_later_seconds\":");
        estimate(comparison.laterSeconds());
        json.raw(",\"samples\":[");
        String separator = "";
        for (Sample sample : comparison.samples()) {
            json.raw(separator);
            sample(sample);
            separator = ",";
        }
        return json.raw("]}\n");
    }

    private void summary(Summary summary) {
        json.raw("{\"complete\":").number(summary.complete());
        json.raw(",\"problems\":{");
        String separator = "";
        for (var problem : summary.problems().entrySet()) {
            json.raw(separator).jsonString(problem.getKey()).raw(":").number(problem.getValue());
            separator = ",";
        }
        json.raw("},\"first_text_seconds\":");
        spread(summary.firstTextSeconds());
        json.raw(",\"last_text_seconds\":");
        spread(summary.lastTextSeconds());
        json.raw(",\"first_text_within\":[");
        for (int i = 0; i < summary.withinPatience().size(); i++) {
            json.raw(i == 0 ? "{\"seconds\":" : ",{\"seconds\":");
            number(Comparison.PATIENCE_SECONDS.get(i));
            json.raw(",\"share\":");
            estimate(summary.withinPatience().get(i));
            json.raw("}");
        }
        json.raw("],\"gap_ms\":");
        spread(summary.gapMillis());
        json.raw(",\"stalls\":").number(summary.stalls());
        json.raw(",\"answers_with_stalls\":").number(summary.answersWithStalls());
        json.raw(",\"tokens_per_second\":");
        estimate(summary.tokensPerSecond());
        json.raw(",\"input_tokens\":");
        estimate(summary.inputTokens());
        json.raw(",\"output_tokens\":");
        estimate(summary.outputTokens());
        json.raw(",\"cost\":");
        estimate(summary.cost());
        json.raw(",\"modelled_drop_off\":");
        estimate(summary.dropOff());
        json.raw("}");
    }

    private void spread(Spread spread) {
        json.raw("{\"count\":").number(spread.count());
        json.raw(",\"p50\":");
        estimate(spread.p50());
        json.raw(",\"p90\":");
        number(spread.p90());
        json.raw(",\"p99\":");
        number(spread.p99());
        json.raw(",\"p999\":");
        number(spread.p999());
        json.raw(",\"max\":");
        number(spread.max());
        json.raw("}");
    }

    private void estimate(Estimate estimate) {
        json.raw("{\"value\":");
        number(estimate.value());
        json.raw(",\"low\":");
        number(estimate.low());
        json.raw(",\"high\":");
        number(estimate.high());
        json.raw("}");
    }

    private void sample(Sample sample) {
        json.raw("{\"pair\":").number(sample.pair());
        json.raw(",\"streaming\":").raw(sample.mode() == Mode.STREAMING ? "true" : "false");
        json.raw(",\"end_ns\":").number(sample.endNanos());
        json.raw(",\"input_tokens\":").raw(count(sample.inputTokens()));
        json.raw(",\"output_tokens\":").raw(count(sample.outputTokens()));
        json.raw(",\"problem\":");
        if (sample.problem() == null) {
            json.raw("null");
        } else {
            json.jsonString(sample.problem());
        }
        json.raw(",\"arrivals\":[");
        String separator = "";
        for (Sample.Arrival arrival : sample.arrivals()) {
            json.raw(separator).raw("[").number(arrival.nanos()).raw(",");
            json.number(arrival.characters()).raw("]");
            separator = ",";
        }
        json.raw("]}");
    }

    private static String count(long tokens) {
        return tokens < 0 ? "null" : String.valueOf(tokens);
    }

    private void number(double value) {
        json.raw(
                Double.isFinite(value)
                        ? new BigDecimal(value).round(new MathContext(6)).toPlainString()
                        : "null");
    }
}
