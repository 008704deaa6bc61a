package dev.firsttoken.bench.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class MachineReadingTest {

    @Test
    void processTimeIsFoundBehindANameWithBlanksAndBrackets() {
        String stat = "42 (a (b) c) S 1 42 42 0 -1 4194304 100 0 0 0 700 55 1 2 20 0 1 0 9";
        assertThat(MachineReading.processTicks(stat)).isEqualTo(755);
        assertThat(MachineReading.processTicks("")).isZero();
    }

    @Test
    void aCoreIsBusyIdleOrStolen() {
        var core = CoreTimes.parse("cpu0 10 5 20 50 5 1 4 5 7 0");
        assertThat(core).isEqualTo(new CoreTimes(40, 55, 5));
        assertThat(core.busyPercent()).isCloseTo(40, within(0.01));
        assertThat(core.stealPercent()).isCloseTo(5, within(0.01));
        assertThat(core.minus(core).busyPercent()).isZero();
    }

    @Test
    void twoReadingsMakeAUse() {
        var early = new MachineReading(0, 100, List.of(new CoreTimes(10, 80, 10)));
        var late = new MachineReading(1_000_000_000, 130, List.of(new CoreTimes(60, 120, 20)));
        MachineUse use = late.since(early);
        assertThat(use.windowNanos()).isEqualTo(1_000_000_000);
        assertThat(use.processCpuNanos()).isEqualTo(300_000_000);
        assertThat(use.coreBusyPercent()).containsExactly(50.0);
        assertThat(use.coreStealPercent()).containsExactly(10.0);
    }

    @Test
    void thisProcessCanBeRead() {
        var reading = MachineReading.take(List.of(ProcessHandle.current().pid()));
        assertThat(reading.takenAtNanos()).isNotZero();
    }
}
