package dev.firsttoken.fuzz;

import dev.firsttoken.wire.json.RandomJson;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/// A short search near the seeds, the same one every time: what the tests can afford of what the
/// fuzzer does for hours.
public final class Mutants {

    private static final int ROUNDS = 1_500;

    /// What has to hold for any input.
    @FunctionalInterface
    public interface Property {
        void holdsFor(byte[] input) throws Exception;
    }

    private Mutants() {}

    /// Checks a property for mutants of the seeds.
    ///
    /// @throws AssertionError with the input in hexadecimal digits
    public static void check(Stream<byte[]> seeds, Property property) {
        List<byte[]> all = seeds.toList();
        var random = new Random(all.size());
        for (int round = 0; round < ROUNDS; round++) {
            byte[] mutant = all.get(random.nextInt(all.size()));
            for (int i = random.nextInt(4); i >= 0; i--) {
                mutant = RandomJson.mutated(mutant, random);
            }
            try {
                property.holdsFor(mutant);
            } catch (Exception | AssertionError e) {
                throw new AssertionError("for " + HexFormat.of().formatHex(mutant), e);
            }
        }
    }
}
