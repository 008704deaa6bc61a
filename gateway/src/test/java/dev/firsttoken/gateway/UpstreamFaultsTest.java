package dev.firsttoken.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Everything that can go wrong at a provider, as the client of each route sees it: the lines of
/// `upstream-faults.txt`, of which docs/faults.md is made.
class UpstreamFaultsTest {

    /// What is looked at.
    enum View {
        /// `/v1/chat/completions`, streamed.
        STREAMED {
            @Override
            Object of(FaultStage stage, FaultCase fault) throws Exception {
                return stage.streamed(fault);
            }

            @Override
            Object expected(FaultCase fault) {
                return fault.streamed();
            }
        },
        /// `/chat/stream`.
        SIMPLE {
            @Override
            Object of(FaultStage stage, FaultCase fault) throws Exception {
                return stage.simple(fault);
            }

            @Override
            Object expected(FaultCase fault) {
                return fault.simple();
            }
        },
        /// `/v1/chat/completions`, not streamed.
        WHOLE {
            @Override
            Object of(FaultStage stage, FaultCase fault) throws Exception {
                return stage.whole(fault);
            }

            @Override
            Object expected(FaultCase fault) {
                return fault.whole();
            }
        },
        /// What the official SDK raises.
        SDK {
            @Override
            Object of(FaultStage stage, FaultCase fault) throws Exception {
                return stage.raised(fault);
            }

            @Override
            Object expected(FaultCase fault) {
                return fault.streamed().raised();
            }
        },
        /// Whether another deployment is tried.
        NEXT {
            @Override
            Object of(FaultStage stage, FaultCase fault) throws Exception {
                return stage.next(fault);
            }

            @Override
            Object expected(FaultCase fault) {
                return fault.next();
            }
        },
        /// A request without a fault, right after those with one.
        AFTERWARDS {
            @Override
            Object of(FaultStage stage, FaultCase fault) throws Exception {
                stage.assertServes();
                return "served";
            }

            @Override
            Object expected(FaultCase fault) {
                return "served";
            }
        };

        abstract Object of(FaultStage stage, FaultCase fault) throws Exception;

        abstract Object expected(FaultCase fault);
    }

    private static final int THREADS = 4;

    private static final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    private static final Map<FaultCase, Future<Map<View, Object>>> seen = new HashMap<>();
    private static final List<FaultStage> stages = new ArrayList<>();
    private static final ThreadLocal<Map<String, FaultStage>> ownStages =
            ThreadLocal.withInitial(HashMap::new);

    private static FaultPlaces places;

    @BeforeAll
    static void start() throws Exception {
        places = new FaultPlaces();
        List<FaultCase> cases = FaultCase.all();
        // The longest ones stand at the end of the table.
        for (FaultCase fault : cases.reversed()) {
            seen.put(fault, threads.submit(() -> look(fault, cases)));
        }
    }

    private static Map<View, Object> look(FaultCase fault, List<FaultCase> cases) throws Exception {
        FaultStage stage = ownStages.get().get(fault.limits());
        if (stage == null) {
            stage = new FaultStage(fault.limits(), cases, places);
            ownStages.get().put(fault.limits(), stage);
            synchronized (stages) {
                stages.add(stage);
            }
        }
        var views = new EnumMap<View, Object>(View.class);
        for (View view : View.values()) {
            try {
                views.put(view, view.of(stage, fault));
            } catch (Exception | AssertionError e) {
                views.put(view, e);
            }
        }
        return views;
    }

    static List<Arguments> looks() {
        var looks = new ArrayList<Arguments>();
        for (FaultCase fault : FaultCase.all()) {
            for (View view : View.values()) {
                looks.add(Arguments.of(fault, view));
            }
        }
        return looks;
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("looks")
    void whatIsSeenIsWhatTheTableSays(FaultCase fault, View view) throws Exception {
        Object found = seen.get(fault).get(5, TimeUnit.MINUTES).get(view);
        if (found instanceof Throwable thrown) {
            throw new AssertionError(fault + " " + view + ": " + thrown.getMessage(), thrown);
        }
        Object expected = view.expected(fault);
        if (found instanceof FaultOutcome outcome && expected instanceof FaultOutcome wanted) {
            assertThat(outcome.fits(wanted))
                    .as("%s %s: %s (expected: %s)", fault, view, outcome, wanted)
                    .isTrue();
        } else {
            assertThat(found).as("%s %s", fault, view).isEqualTo(expected);
        }
    }

    @AfterAll
    static void stop() throws Exception {
        threads.shutdown();
        assertThat(threads.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
        try {
            for (FaultStage stage : stages) {
                stage.assertGivesBack();
            }
        } finally {
            stages.forEach(FaultStage::close);
            places.close();
        }
    }
}
