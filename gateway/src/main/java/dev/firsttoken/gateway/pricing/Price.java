package dev.firsttoken.gateway.pricing;

import dev.firsttoken.wire.event.StreamEvent.Usage;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;

/// What the tokens of a model cost, each in pico-US-dollars, see [Cost#picoUsd].
///
/// @param input what is neither read from a cache nor written to one
/// @param output what is not reasoning
/// @param tiers what replaces all of it for long inputs, shortest first
public record Price(
        long input,
        long cachedInput,
        long cacheWrite,
        long output,
        long reasoning,
        List<Tier> tiers) {

    /// Of one kind of tokens, so that all kinds together are a number, too.
    private static final long MOST = Long.MAX_VALUE / 8;

    private static final BigDecimal DEAREST = BigDecimal.valueOf(1_000_000);
    private static final int MOST_DECIMALS = 100;

    /// The price of a whole answer whose input is longer than this.
    ///
    /// @param above in tokens
    public record Tier(long above, Price price) {}

    /// Tokens of one kind are counted once: the parts are taken out of what holds them.
    public long picoUsd(Usage usage) {
        Price price = this;
        for (Tier tier : tiers) {
            if (usage.inputTokens() > tier.above()) {
                price = tier.price();
            }
        }
        long cached = Math.min(usage.cachedInputTokens(), usage.inputTokens());
        long written = Math.min(usage.cacheWriteTokens(), usage.inputTokens() - cached);
        long thought = Math.min(usage.reasoningTokens(), usage.outputTokens());
        return times(usage.inputTokens() - cached - written, price.input)
                + times(cached, price.cachedInput)
                + times(written, price.cacheWrite)
                + times(usage.outputTokens() - thought, price.output)
                + times(thought, price.reasoning);
    }

    /// A provider may say any number; what nobody can pay is the most there is.
    private static long times(long tokens, long pico) {
        return pico > 0 && tokens > MOST / pico ? MOST : tokens * pico;
    }

    /// A price as it is written: US dollars per million tokens.
    ///
    /// @throws NumberFormatException when it is not a number of 0 to a million
    public static long perMillion(String usd) {
        var price = new BigDecimal(usd);
        // Before anything is calculated: an exponent of many digits would take hours.
        if (price.signum() < 0 || price.compareTo(DEAREST) > 0 || price.scale() > MOST_DECIMALS) {
            throw new NumberFormatException(usd + " (expected: 0 to 1000000)");
        }
        return price.movePointRight(6).setScale(0, RoundingMode.HALF_UP).longValueExact();
    }

    /// The other way round.
    public static String usdPerMillion(long pico) {
        BigDecimal usd = BigDecimal.valueOf(pico, 6).stripTrailingZeros();
        return usd.signum() == 0 ? "0" : usd.toPlainString();
    }
}
