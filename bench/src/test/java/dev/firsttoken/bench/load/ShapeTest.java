package dev.firsttoken.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.Arrays;

class ShapeTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final long SECOND = 1_000_000_000;

    @Test
    void evenArrivalsKeepTheirDistance() {
        long[] nanos = new Shape.Steady(4).arrivalNanos(Duration.ofSeconds(1), true, 1);
        assertThat(nanos).containsExactly(125_000_000, 375_000_000, 625_000_000, 875_000_000);
    }

    @Test
    void randomArrivalsHaveTheRateAndTheSpreadOfPeople() {
        long[] nanos = new Shape.Steady(200).arrivalNanos(MINUTE, false, 7);
        assertThat(nanos).isSorted();
        // 12,000 of them, and three standard deviations.
        assertThat(nanos.length).isBetween(12_000 - 330, 12_000 + 330);
        double[] gaps = new double[nanos.length - 1];
        for (int i = 0; i < gaps.length; i++) {
            gaps[i] = (double) nanos[i + 1] - nanos[i];
        }
        double mean = Arrays.stream(gaps).average().orElseThrow();
        double variance =
                Arrays.stream(gaps).map(gap -> (gap - mean) * (gap - mean)).average().orElseThrow();
        // The gaps of a Poisson process vary as much as they are long.
        assertThat(Math.sqrt(variance) / mean).isBetween(0.95, 1.05);
    }

    @Test
    void theSameSeedGivesTheSameArrivals() {
        var shape = new Shape.Steady(50);
        assertThat(shape.arrivalNanos(MINUTE, false, 3))
                .isEqualTo(shape.arrivalNanos(MINUTE, false, 3))
                .isNotEqualTo(shape.arrivalNanos(MINUTE, false, 4));
    }

    @Test
    void aRampGrowsEvenly() {
        long[] up = new Shape.Ramp(0, 100).arrivalNanos(MINUTE, true, 1);
        assertThat(up).isSorted().hasSize(3_000);
        // A quarter of the arrivals is in the first half.
        assertThat(Arrays.stream(up).filter(at -> at < 30 * SECOND).count()).isEqualTo(750);
        long[] down = new Shape.Ramp(100, 0).arrivalNanos(MINUTE, true, 1);
        assertThat(Arrays.stream(down).filter(at -> at < 30 * SECOND).count()).isEqualTo(2_250);
    }

    @Test
    void aCrowdArrivesAtOneMoment() {
        long[] nanos = new Shape.Burst(0, 5, Duration.ofSeconds(20)).arrivalNanos(MINUTE, true, 1);
        assertThat(nanos).hasSize(10);
        assertThat(Arrays.stream(nanos).distinct()).containsExactly(20 * SECOND, 40 * SECOND);
        long[] more = new Shape.Burst(2, 5, Duration.ofSeconds(20)).arrivalNanos(MINUTE, true, 1);
        assertThat(more).isSorted().hasSize(130);
    }

    @Test
    void ratesThatMakeNoSenseAreNamed() {
        assertThatThrownBy(() -> new Shape.Steady(0))
                .hasMessage("rate: 0.0 (expected: more than 0)");
        assertThatThrownBy(() -> new Shape.Steady(Double.NaN)).hasMessageStartingWith("rate: NaN");
        assertThatThrownBy(() -> new Shape.Steady(1e9).arrivalNanos(MINUTE, true, 1))
                .hasMessage("rate: 60000000000 arrivals in all (expected: at most 10000000)");
        assertThatThrownBy(() -> new Shape.Burst(1, 0, MINUTE)).hasMessageStartingWith("burst: ");
    }
}
