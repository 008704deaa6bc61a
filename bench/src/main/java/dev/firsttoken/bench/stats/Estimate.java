package dev.firsttoken.bench.stats;

import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

/// A number that was estimated from a sample, with the interval that holds the true one in 95 of a
/// hundred such measurements.
///
/// @param value NaN when there was nothing to estimate it from
public record Estimate(double value, double low, double high) {

    public static final Estimate NONE = new Estimate(Double.NaN, Double.NaN, Double.NaN);

    private static final int RESAMPLES = 2_000;

    /// Half the width of a 95 % interval of the normal distribution, in standard deviations.
    private static final double Z = 1.959964;

    public boolean isKnown() {
        return !Double.isNaN(value);
    }

    /// The median of a sample.
    public static Estimate median(double[] sample) {
        return of(sample, Estimate::medianOf);
    }

    public static Estimate mean(double[] sample) {
        return of(sample, values -> Arrays.stream(values).average().orElse(Double.NaN));
    }

    /// Any statistic of a sample, its interval by the percentile bootstrap (Efron 1979) with a
    /// fixed seed: the same sample gives the same interval.
    private static Estimate of(double[] sample, ToDoubleFunction<double[]> statistic) {
        if (sample.length == 0) {
            return NONE;
        }
        var random = new SplittableRandom(20_231_101);
        double[] resample = new double[sample.length];
        double[] outcomes = new double[RESAMPLES];
        for (int i = 0; i < RESAMPLES; i++) {
            for (int j = 0; j < resample.length; j++) {
                resample[j] = sample[random.nextInt(sample.length)];
            }
            outcomes[i] = statistic.applyAsDouble(resample);
        }
        Arrays.sort(outcomes);
        return new Estimate(
                statistic.applyAsDouble(sample),
                quantile(outcomes, 0.025),
                quantile(outcomes, 0.975));
    }

    /// The share of `hits` in `of`, with Wilson's interval (1927), which is right near 0 and 1 too.
    public static Estimate share(int hits, int of) {
        if (of == 0) {
            return NONE;
        }
        double p = (double) hits / of;
        double zz = Z * Z / of;
        double centre = (p + zz / 2) / (1 + zz);
        double half = Z * Math.sqrt(p * (1 - p) / of + zz / (4 * of)) / (1 + zz);
        // Rounding must not make the certain bounds uncertain.
        return new Estimate(p, hits == 0 ? 0 : centre - half, hits == of ? 1 : centre + half);
    }

    /// The value below which a share of a sorted sample lies, between neighbours by proportion.
    public static double quantile(double[] sorted, double share) {
        if (sorted.length == 0) {
            return Double.NaN;
        }
        double place = share * (sorted.length - 1);
        int below = (int) Math.floor(place);
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }

    private static double medianOf(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return quantile(sorted, 0.5);
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%.4g (%.4g–%.4g)", value, low, high);
    }
}
