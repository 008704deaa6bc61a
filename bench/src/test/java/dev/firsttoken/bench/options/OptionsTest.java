package dev.firsttoken.bench.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class OptionsTest {

    @Test
    void valuesAreReadByNameAndTheRestIsKept() {
        var options =
                Options.parse(List.of("file", "--streams", "5", "--hold", "1.5", "--", "--x", "y"));
        assertThat(options.number("streams", 1)).isEqualTo(5);
        assertThat(options.seconds("hold", 0)).isEqualTo(Duration.ofMillis(1500));
        assertThat(options.seconds("ramp", 2)).isEqualTo(Duration.ofSeconds(2));
        assertThat(options.rest()).containsExactly("file", "--x", "y");
        options.refuseUnread();
    }

    @Test
    void mistakesSayWhatWasExpected() {
        assertThatThrownBy(() -> Options.parse(List.of("--url")))
                .hasMessage("--url: nothing (expected: a value)");
        var options = Options.parse(List.of("--streams", "many", "--steams", "5"));
        assertThatThrownBy(() -> options.number("streams", 1))
                .hasMessage("--streams: many (expected: a whole number)");
        assertThatThrownBy(() -> options.required("url"))
                .hasMessage("--url: nothing (expected: a value)");
        assertThatThrownBy(options::refuseUnread).hasMessage("no option --steams");
    }
}
