package dev.firsttoken.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RateTest {

    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    @Test
    void aMinutesWorthMayComeAtOnceAndThenItComesEvenly() {
        for (long start : new long[] {0, Long.MAX_VALUE - 30 * SECOND}) {
            var rate = new Rate(start);
            for (int i = 0; i < 6; i++) {
                assertThat(rate.take(6, start)).isZero();
            }
            assertThat(rate.take(6, start)).isEqualTo(10 * SECOND);
            assertThat(rate.take(6, start + 9 * SECOND)).isEqualTo(SECOND);
            assertThat(rate.take(6, start + 10 * SECOND)).isZero();
            assertThat(rate.take(6, start + 10 * SECOND)).isEqualTo(10 * SECOND);
            // What was not used is not saved up beyond a minute's worth.
            long later = start + 600 * SECOND;
            for (int i = 0; i < 6; i++) {
                assertThat(rate.take(6, later)).isZero();
            }
            assertThat(rate.take(6, later)).isPositive();
        }
    }
}
