package dev.firsttoken.gateway.pricing;

import dev.firsttoken.gateway.provider.KnownProviders;
import dev.firsttoken.wire.event.InvalidRequestException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Looks up what is known of a model: what the configuration says, or else the list. Where the list
/// does not have the provider, what it says of the model's maker is an estimate.
public final class PriceList {

    /// The name of a list in a data folder.
    public static final String FILE = "models.json";

    /// @param model null for all that a provider has no other rule for
    private record Key(String provider, @Nullable String model) {}

    private final Map<Key, ModelFacts> rules = new HashMap<>();

    /// Null for the list that comes with the program.
    private final @Nullable PriceFile file;

    private PriceList(@Nullable PriceFile file, List<PriceRule> rules) {
        this.file = file;
        for (PriceRule rule : rules) {
            this.rules.put(new Key(rule.provider(), rule.model()), rule.facts());
        }
    }

    /// @param path null for the list that comes with the program
    /// @throws IOException when there is a path and no list at it
    public static PriceList open(@Nullable Path path, List<PriceRule> rules) throws IOException {
        if (path == null) {
            return new PriceList(null, rules);
        }
        try {
            return new PriceList(PriceFile.read(Files.readAllBytes(path)), rules);
        } catch (InvalidRequestException e) {
            throw new IOException(path + ": " + e.getMessage() + " at " + e.field(), e);
        }
    }

    /// @param provider the provider's configured name
    /// @param model the provider's own name for it
    public ModelFacts find(String provider, String model) {
        ModelFacts said = rules.getOrDefault(new Key(provider, model), ModelFacts.NONE);
        ModelFacts others = rules.get(new Key(provider, null));
        return said.or(others == null ? listed(provider, model) : others);
    }

    private ModelFacts listed(String provider, String model) {
        PriceFile list = file == null ? BuiltIn.FILE : file;
        if (list.knows(provider)) {
            return list.find(provider, model);
        }
        return KnownProviders.ALL.stream()
                .map(KnownProviders.KnownProvider::name)
                .filter(known -> KnownProviders.makes(known, model))
                .map(known -> list.find(known, model))
                .filter(facts -> !facts.equals(ModelFacts.NONE))
                .findFirst()
                .orElse(ModelFacts.NONE)
                .asEstimate();
    }

    /// Read when somebody asks for the first time: a start does not wait for it.
    static final class BuiltIn {
        static final PriceFile FILE = read();

        private BuiltIn() {}

        private static PriceFile read() {
            try (InputStream in = PriceList.class.getResourceAsStream(PriceList.FILE)) {
                if (in == null) {
                    throw new IllegalStateException("no list of models in the program");
                }
                return PriceFile.read(in.readAllBytes());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InvalidRequestException e) {
                throw new IllegalStateException("the program's list of models: " + e.field(), e);
            }
        }
    }
}
