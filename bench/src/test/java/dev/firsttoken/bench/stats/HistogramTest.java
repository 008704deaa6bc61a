package dev.firsttoken.bench.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.Random;
import java.util.TreeMap;

class HistogramTest {

    private final Histogram histogram = new Histogram();

    @Test
    void nothingRecordedIsZero() {
        assertThat(histogram.quantileNanos(0.5)).isZero();
        assertThat(histogram.count()).isZero();
    }

    @Test
    void smallValuesAreExact() {
        for (int nanos = 0; nanos < 1_000; nanos++) {
            histogram.record(nanos);
        }
        assertThat(histogram.quantileNanos(0)).isZero();
        assertThat(histogram.quantileNanos(0.5)).isEqualTo(499);
        assertThat(histogram.quantileNanos(1)).isEqualTo(999);
    }

    @Test
    void whatIsLongerThanAnHourIsCountedAndItsLengthIsKept() {
        histogram.record(1);
        histogram.record(Long.MAX_VALUE);
        assertThat(histogram.count()).isEqualTo(2);
        assertThat(histogram.maxNanos()).isEqualTo(Long.MAX_VALUE);
        assertThat(histogram.quantileNanos(1)).isGreaterThanOrEqualTo(3_600_000_000_000L);
    }

    @Test
    void theDistributionEndsWithAllOfIt() {
        histogram.record(5, 3);
        histogram.record(7);
        var steps = new TreeMap<Long, Double>();
        histogram.distribution(steps::put);
        assertThat(steps).containsExactly(entry(5L, 0.75), entry(7L, 1.0));
    }

    @Test
    void quantilesStayWithinATenthOfAPercentOfTheSortedTruth() {
        var random = new Random(7);
        long[] values = new long[100_000];
        for (int i = 0; i < values.length; i++) {
            values[i] = (long) Math.exp(random.nextDouble() * 24);
            histogram.record(values[i]);
        }
        Arrays.sort(values);
        for (double share : new double[] {0.01, 0.1, 0.5, 0.9, 0.99, 0.999, 1}) {
            long truth = values[Math.max(0, (int) Math.ceil(share * values.length) - 1)];
            assertThat((double) histogram.quantileNanos(share))
                    .isCloseTo(truth, within(truth * 0.001 + 1));
        }
        assertThat(histogram.maxNanos()).isEqualTo(values[values.length - 1]);
    }

    @Test
    void negativeCountsAsZeroAndAShareOutsideIsRefused() {
        histogram.record(-5);
        assertThat(histogram.quantileNanos(1)).isZero();
        assertThatThrownBy(() -> histogram.quantileNanos(1.5))
                .hasMessage("share: 1.5 (expected: 0 … 1)");
    }
}
