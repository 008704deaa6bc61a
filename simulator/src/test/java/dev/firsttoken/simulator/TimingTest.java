package dev.firsttoken.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firsttoken.simulator.answer.Step;
import dev.firsttoken.simulator.answer.Step.Wait;
import dev.firsttoken.simulator.dialect.Dialects;
import dev.firsttoken.simulator.dialect.Question;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Timing is asserted on what is planned; nothing here looks at a clock.
class TimingTest {

    private static final Duration TTFT = Duration.ofMillis(100);
    private static final Duration GAP = Duration.ofMillis(20);

    @Test
    void fixedTimingIsTheSameEachTime() {
        assertThat(new Timing.Fixed(TTFT, GAP).waitsNanos(3, 1))
                .containsExactly(100_000_000, 20_000_000, 20_000_000);
    }

    @Test
    void sameSeedGivesTheSameWaits() {
        Timing timing = Timing.lifelike();
        assertThat(timing.waitsNanos(200, 7)).containsExactly(timing.waitsNanos(200, 7));
        assertThat(timing.waitsNanos(200, 7)).isNotEqualTo(timing.waitsNanos(200, 8));
    }

    @Test
    void logNormalWaitsLieAroundTheirMedian() {
        Timing timing = new Timing.LogNormal(TTFT, 0, GAP, 0.5, Stalls.NONE);
        long[] waits = timing.waitsNanos(10_001, 1);
        assertThat(waits[0]).isEqualTo(100_000_000);
        long[] gaps = Arrays.stream(waits).skip(1).sorted().toArray();
        assertThat(gaps[5_000]).isBetween(19_000_000L, 21_000_000L);
        // The 95th percentile is the median times e^(1.645 sigma).
        assertThat(gaps[9_500]).isBetween(43_000_000L, 48_500_000L);
    }

    @Test
    void recordedWaitsAreRepeatedAndTheLastOneStays() {
        assertThat(new Timing.Recorded(List.of(TTFT, GAP, Duration.ofMillis(5))).waitsNanos(4, 1))
                .containsExactly(100_000_000, 20_000_000, 5_000_000, 5_000_000);
    }

    @Test
    void stallsComeAsOftenAsTheirProbabilitySays() {
        Stalls stalls = new Stalls(0.1, Duration.ofSeconds(1));
        long[] waits = new Timing.Fixed(TTFT, GAP, stalls).waitsNanos(10_000, 3);
        long stalled = Arrays.stream(waits).filter(wait -> wait == 1_020_000_000).count();
        assertThat(stalled).isBetween(900L, 1_100L);
        assertThat(waits[0]).isEqualTo(100_000_000);
    }

    @Test
    void wordsChangeOnlyWhatTheyName() {
        Script base = Script.DEFAULT.withTiming(Timing.lifelike());
        Script script = Grammar.parse("sim/gap-20ms", "ttft=2s", base);
        assertThat(script.timing().withStalls(Stalls.NONE).waitsNanos(2, 1))
                .containsExactly(2_000_000_000, 20_000_000);
        assertThat(Grammar.parse("sim/jitter-0.5+gap-20ms", "", Script.DEFAULT))
                .isEqualTo(Grammar.parse("sim/gap-20ms+jitter-0.5", "", Script.DEFAULT));
        assertThat(Grammar.parse("sim/stalls-0.5:2s", "", base).timing().stalls())
                .isEqualTo(new Stalls(0.5, Duration.ofSeconds(2)));
    }

    @Test
    void roleLeavesWithTheFirstTokenAndGapsComeBetweenTokens() {
        Script script = Grammar.parse("sim/tokens-3+ttft-100ms+gap-20ms", "", Script.DEFAULT);
        List<Step> steps =
                new Composer(Timing.instant(), 1)
                        .compose(script, Dialects.CHAT, new Question("m", true, false, ""), 1)
                        .steps();
        assertThat(steps.stream().map(TimingTest::word))
                .containsExactly(
                        "Head", "100", "Body", "Body", "20", "Body", "20", "Body", "Body", "Body",
                        "End");
    }

    @Test
    void wholeObjectsWaitForAllTheirTokens() {
        Script script = Grammar.parse("sim/tokens-3+ttft-100ms+gap-20ms", "", Script.DEFAULT);
        List<Step> steps =
                new Composer(Timing.instant(), 1)
                        .compose(script, Dialects.CHAT, new Question("m", false, false, ""), 1)
                        .steps();
        assertThat(steps.stream().map(TimingTest::word))
                .containsExactly("140", "Head", "Body", "Body", "End");
    }

    @Test
    void exchangesDifferAndRunsDoNot() {
        Question question = new Question("m", true, false, "");
        Composer one = new Composer(Timing.lifelike(), 5);
        Composer other = new Composer(Timing.lifelike(), 5);
        assertThat(one.compose(Script.DEFAULT, Dialects.CHAT, question, 1))
                .isEqualTo(other.compose(Script.DEFAULT, Dialects.CHAT, question, 1))
                .isNotEqualTo(one.compose(Script.DEFAULT, Dialects.CHAT, question, 2));
        Script seeded = Script.DEFAULT.withSeed(9);
        assertThat(waits(one.compose(seeded, Dialects.CHAT, question, 3).steps()))
                .isEqualTo(waits(one.compose(seeded, Dialects.CHAT, question, 4).steps()));
    }

    @Test
    void valuesThatDoNotFitAreNamed() {
        assertRefused("sim/ttft-2x", "ttft: '2x' (expected: a time such as 20ms, 2s or 1m)");
        assertRefused("sim/ttft-999999m", "ttft: '999999m' (expected: at most a day)");
        assertRefused("sim/status-200", "status: '200' (expected: a whole number from 400 to 599)");
        assertRefused("sim/tokens", "tokens: '' (expected: a whole number from 0 to 100000)");
        assertRefused("sim/silent-3", "silent: '3' (expected: no value)");
        assertRefused("sim/", null);
    }

    private static void assertRefused(String model, String message) {
        if (message == null) {
            assertThat(Grammar.parse(model, "", Script.DEFAULT)).isEqualTo(Script.DEFAULT);
            return;
        }
        assertThatThrownBy(() -> Grammar.parse(model, "", Script.DEFAULT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    private static List<Step> waits(List<Step> steps) {
        return steps.stream().filter(Wait.class::isInstance).toList();
    }

    private static String word(Step step) {
        return step instanceof Wait wait
                ? Long.toString(wait.nanos() / 1_000_000)
                : step.getClass().getSimpleName();
    }
}
