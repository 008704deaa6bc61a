package dev.firsttoken.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.firsttoken.bench.compare.Sample.Arrival;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ComparisonTest {

    private static final long SECOND = 1_000_000_000L;

    @Test
    void pairsAreComparedWithTheirOwnTwin() {
        // The second question takes ten times as long in both modes: means would be all about it.
        Comparison comparison =
                compare(
                        streamed(0, SECOND, 4 * SECOND),
                        whole(0, 4 * SECOND),
                        streamed(1, 10 * SECOND, 40 * SECOND),
                        whole(1, 40 * SECOND),
                        streamed(2, SECOND, 4 * SECOND),
                        whole(2, 4 * SECOND));

        assertThat(comparison.earlierSeconds().value()).isEqualTo(3);
        assertThat(comparison.timesSooner().value()).isEqualTo(4);
        assertThat(comparison.laterSeconds().value()).isZero();
    }

    @Test
    void anAnswerThatBrokeOffIsCountedAndNotMeasured() {
        Comparison comparison =
                compare(
                        streamed(0, SECOND, 2 * SECOND),
                        new Sample(
                                Mode.STREAMING,
                                1,
                                List.of(new Arrival(1, 1)),
                                2,
                                -1,
                                -1,
                                "it broke off"),
                        whole(0, 2 * SECOND),
                        whole(1, 2 * SECOND));

        assertThat(comparison.streaming().complete()).isEqualTo(1);
        assertThat(comparison.streaming().problems()).containsEntry("it broke off", 1);
        assertThat(comparison.streaming().firstTextSeconds().p50().value()).isEqualTo(1);
        assertThat(CompareTool.text(comparison)).contains("FAILED: it broke off");
    }

    @Test
    void perceivedLatencyIsTheShareThatWasThereInTime() {
        var samples = new ArrayList<Sample>();
        for (int pair = 0; pair < 10; pair++) {
            samples.add(streamed(pair, pair < 7 ? SECOND / 2 : 2 * SECOND, 20 * SECOND));
            samples.add(whole(pair, 20 * SECOND));
        }
        Comparison comparison = compare(samples.toArray(Sample[]::new));

        // Within 0.1, 1, 3 and 10 s.
        assertThat(comparison.streaming().withinPatience())
                .extracting(share -> share.value())
                .containsExactly(0.0, 0.7, 1.0, 1.0);
        assertThat(comparison.whole().withinPatience())
                .extracting(share -> share.value())
                .containsExactly(0.0, 0.0, 0.0, 0.0);
    }

    @Test
    void aGapOfMoreThanASecondIsAStall() {
        Comparison comparison =
                compare(
                        streamed(0, SECOND, SECOND + 1, 3 * SECOND),
                        streamed(1, SECOND, 2 * SECOND));

        assertThat(comparison.streaming().stalls()).isEqualTo(1);
        assertThat(comparison.streaming().answersWithStalls()).isEqualTo(1);
    }

    @Test
    void aQuantileTheSampleIsTooSmallForIsNotMadeUp() {
        Comparison comparison = compare(streamed(0, SECOND, 2 * SECOND), whole(0, SECOND));

        assertThat(comparison.streaming().firstTextSeconds().p99()).isNaN();
        assertThat(
                        new String(
                                CompareTool.json(comparison),
                                java.nio.charset.StandardCharsets.UTF_8))
                .contains("\"p99\":null")
                .doesNotContain("NaN");
    }

    @Test
    void costCountsInputAndOutputOfBothModes() {
        var prices = new Prices(2, 10);
        Sample sample = new Sample(Mode.WHOLE, 0, List.of(new Arrival(1, 1)), 1, 1000, 500, null);

        assertThat(prices.of(sample)).isCloseTo(0.007, within(1e-12));
    }

    @Test
    void dropOffFollowsThePublishedCurve() {
        assertThat(DropOff.after(0)).isZero();
        assertThat(DropOff.after(2)).isZero();
        assertThat(DropOff.after(12)).isCloseTo(0.58, within(1e-9));
        assertThat(DropOff.after(100)).isEqualTo(1);
    }

    @Test
    void speedLeavesTheFirstTokenOutSinceTheClockStartsThere() {
        Sample sample = streamed(0, SECOND, 2 * SECOND);

        assertThat(sample.tokensPerSecond()).isEqualTo(99);
    }

    static Comparison compare(Sample... samples) {
        return Comparison.of(
                new Comparison.About("http://x/v1", "m", "openai", 1, 1, Prices.UNKNOWN),
                List.of(samples));
    }

    static Sample streamed(int pair, long... arrivalNanos) {
        return sample(Mode.STREAMING, pair, null, arrivalNanos);
    }

    static Sample whole(int pair, long arrivalNanos) {
        return sample(Mode.WHOLE, pair, null, arrivalNanos);
    }

    private static Sample sample(
            Mode mode, int pair, @Nullable String problem, long... arrivalNanos) {
        var arrivals = new ArrayList<Arrival>();
        for (long nanos : arrivalNanos) {
            arrivals.add(new Arrival(nanos, (arrivals.size() + 1) * 10));
        }
        return new Sample(mode, pair, arrivals, arrivals.getLast().nanos(), 20, 100, problem);
    }
}
