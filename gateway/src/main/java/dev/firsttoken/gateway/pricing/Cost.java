package dev.firsttoken.gateway.pricing;

import java.math.BigDecimal;

/// What an answer cost.
///
/// @param picoUsd in millionths of a millionth of a US dollar: prices per million tokens have up to
///   six decimals, so that each token's is a whole number of these
/// @param estimated whether the tokens were guessed, or the price is another provider's for the
///   same model
public record Cost(long picoUsd, boolean estimated) {

    private static final int DECIMALS = 12;

    /// In US dollars, for people and logs: `0.00123`.
    public String usd() {
        BigDecimal usd = BigDecimal.valueOf(picoUsd, DECIMALS).stripTrailingZeros();
        return usd.signum() == 0 ? "0" : usd.toPlainString();
    }

    public double dollars() {
        return picoUsd / 1e12;
    }
}
