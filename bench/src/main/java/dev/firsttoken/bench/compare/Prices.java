package dev.firsttoken.bench.compare;

/// What tokens cost.
///
/// @param inputPerMillion per million input tokens, in whatever currency
/// @param outputPerMillion per million output tokens
public record Prices(double inputPerMillion, double outputPerMillion) {

    public static final Prices UNKNOWN = new Prices(Double.NaN, Double.NaN);

    public Prices {
        if (inputPerMillion < 0 || outputPerMillion < 0) {
            throw new IllegalArgumentException(
                    "price: "
                            + Math.min(inputPerMillion, outputPerMillion)
                            + " (expected: 0 or more per million tokens)");
        }
    }

    public boolean areKnown() {
        return !Double.isNaN(inputPerMillion) && !Double.isNaN(outputPerMillion);
    }

    /// NaN when a price or a count is not known.
    double of(Sample sample) {
        return sample.inputTokens() < 0 || sample.outputTokens() < 0
                ? Double.NaN
                : (sample.inputTokens() * inputPerMillion
                                + sample.outputTokens() * outputPerMillion)
                        / 1e6;
    }
}
