package dev.firsttoken.bench.compare;

import dev.firsttoken.bench.endpoint.Endpoint;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

/// Asks the same questions in both modes and compares what came of them.
public final class CompareTool {

    /// How to compare.
    ///
    /// @param pairs how many questions; the prompts are taken in turn
    /// @param warmUp requests of each mode before the ones that count: connections are made then
    /// @param concurrency how many requests may be under way at once
    /// @param seed of the order in which the modes take turns
    public record Plan(
            Endpoint endpoint,
            String model,
            List<Question> questions,
            int pairs,
            int warmUp,
            int concurrency,
            Duration timeout,
            Prices prices,
            long seed) {

        public Plan {
            Asker.codec(endpoint.api());
            atLeast("pairs", pairs, 1);
            atLeast("warm-up", warmUp, 0);
            atLeast("concurrency", concurrency, 1);
            if (questions.isEmpty()) {
                throw new IllegalArgumentException("questions: none (expected: at least one)");
            }
        }

        private static void atLeast(String name, int value, int least) {
            if (value < least) {
                throw new IllegalArgumentException(
                        name + ": " + value + " (expected: at least " + least + ")");
            }
        }
    }

    private CompareTool() {}

    /// @param progress told after every request how many are done
    public static Comparison run(Plan plan, Consumer<Integer> progress)
            throws InterruptedException {
        try (var asker = new Asker(plan.endpoint(), plan.model(), plan.timeout())) {
            for (int i = 0; i < plan.warmUp(); i++) {
                Question question = plan.questions().get(i % plan.questions().size());
                asker.ask(question, Mode.STREAMING, -1);
                asker.ask(question, Mode.WHOLE, -1);
            }
            return Comparison.of(about(plan), ask(plan, asker, progress));
        }
    }

    private static Comparison.About about(Plan plan) {
        return new Comparison.About(
                plan.endpoint().address().toString(),
                plan.model(),
                plan.endpoint().api().name().toLowerCase(Locale.ROOT),
                plan.pairs(),
                plan.concurrency(),
                plan.prices());
    }

    private static List<Sample> ask(Plan plan, Asker asker, Consumer<Integer> progress)
            throws InterruptedException {
        var random = new Random(plan.seed());
        var room = new Semaphore(plan.concurrency());
        var asked = new ArrayList<Future<Sample>>();
        var samples = new ArrayList<Sample>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int pair = 0; pair < plan.pairs(); pair++) {
                Question question = plan.questions().get(pair % plan.questions().size());
                // By lot, so that neither mode always finds the provider's cache filled by the
                // other.
                var modes = new ArrayList<>(List.of(Mode.values()));
                Collections.shuffle(modes, random);
                int number = pair;
                for (Mode mode : modes) {
                    room.acquire();
                    asked.add(
                            threads.submit(() -> {
                                try {
                                    return asker.ask(question, mode, number);
                                } finally {
                                    room.release();
                                }
                            }));
                    progress.accept((int) asked.stream().filter(Future::isDone).count());
                }
            }
            for (Future<Sample> sample : asked) {
                samples.add(sample.get());
                progress.accept((int) asked.stream().filter(Future::isDone).count());
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("a request failed in an unknown way", e.getCause());
        }
        return samples;
    }

    /// For a terminal.
    public static String text(Comparison comparison) {
        return ComparisonText.of(comparison);
    }

    /// For machines: one JSON object.
    public static byte[] json(Comparison comparison) {
        return ComparisonJson.of(comparison);
    }

    /// For a browser: one file.
    public static String html(Comparison comparison) {
        return ComparisonHtml.of(comparison);
    }
}
