package dev.firsttoken.bench.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EstimateTest {

    @Test
    void anIntervalHoldsTheTrueMedianAboutNineteenTimesInTwenty() {
        int held = 0;
        for (int seed = 0; seed < 200; seed++) {
            var random = new SplittableRandom(seed);
            double[] sample = random.doubles(30).toArray();
            Estimate median = Estimate.median(sample);
            held += median.low() <= 0.5 && 0.5 <= median.high() ? 1 : 0;
        }

        assertThat(held).isBetween(178, 200);
    }

    @Test
    void theSameSampleGivesTheSameInterval() {
        double[] sample = {3, 1, 4, 1, 5, 9, 2, 6};

        assertThat(Estimate.median(sample)).isEqualTo(Estimate.median(sample));
        assertThat(Estimate.median(sample).value()).isEqualTo(3.5);
    }

    @Test
    void aShareNearItsBoundsStaysWithinThem() {
        // Source: Wilson 1927; the well known interval for 0 and for 10 of 10.
        assertThat(Estimate.share(0, 10).low()).isZero();
        assertThat(Estimate.share(0, 10).high()).isCloseTo(0.2775, within(1e-3));
        assertThat(Estimate.share(10, 10).low()).isCloseTo(0.7225, within(1e-3));
        assertThat(Estimate.share(10, 10).high()).isEqualTo(1);
    }

    @Test
    void nothingIsEstimatedFromNothing() {
        assertThat(Estimate.median(new double[0]).isKnown()).isFalse();
        assertThat(Estimate.share(0, 0).isKnown()).isFalse();
    }

    @Test
    void aQuantileLiesBetweenItsNeighbours() {
        double[] sorted = IntStream.rangeClosed(0, 100).asDoubleStream().toArray();

        assertThat(Estimate.quantile(sorted, 0.99)).isCloseTo(99, within(1e-9));
        assertThat(Estimate.quantile(sorted, 0.995)).isCloseTo(99.5, within(1e-9));
    }
}
