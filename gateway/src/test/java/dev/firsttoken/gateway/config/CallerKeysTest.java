package dev.firsttoken.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CallerKeysTest {

    @Test
    void keysAreWellFormedAndNeverTheSame() {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            CallerKeys.Generated generated = CallerKeys.generate();
            String key = generated.key().reveal();
            assertThat(key).matches(CallerKeys.PATTERN);
            assertThat(CallerKeys.isWellFormed(key)).isTrue();
            assertThat(generated.sha256())
                    .isEqualTo(CallerKeys.sha256(key))
                    .matches("[0-9a-f]{64}");
            assertThat(generated.toString()).doesNotContain(key);
            assertThat(seen.add(key)).isTrue();
        }
    }

    @Test
    void aTypoIsNoticed() {
        String key = CallerKeys.generate().key().reveal();
        for (int i = 3; i < key.length(); i++) {
            char other = key.charAt(i) == 'x' ? 'y' : 'x';
            String typo = key.substring(0, i) + other + key.substring(i + 1);
            assertThat(CallerKeys.isWellFormed(typo)).isFalse();
        }
        assertThat(CallerKeys.isWellFormed("")).isFalse();
        assertThat(CallerKeys.isWellFormed("ft-")).isFalse();
    }

    @Test
    void theHashIsPlainSha256() {
        assertThat(CallerKeys.sha256("abc"))
                .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
