package dev.firsttoken.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What an operator sees of the process itself.
class ProcessMetricsTest {

    @ParameterizedTest
    @CsvSource({
        "jvm_memory_used_bytes, area=\"heap\"",
        "jvm_memory_used_bytes, area=\"nonheap\"",
        "jvm_memory_max_bytes, area=\"heap\"",
        "jvm_buffer_pool_used_bytes, pool=",
        "firsttoken_network_buffer_bytes, ''",
        "jvm_threads_current, ''",
        "process_open_fds, ''",
        "process_max_fds, ''",
        "process_cpu_seconds_total, ''",
        "process_start_time_seconds, ''"
    })
    void theProcessIsMeasured(String name, String label) throws Exception {
        try (Stage stage = Stage.start()) {
            assertThat(stage.simple("sim/tokens-1").statusCode()).isEqualTo(200);
            assertThat(stage.metric(name, label)).isPositive();
        }
    }

    @Test
    void garbageCollectionsAreCounted() throws Exception {
        try (Stage stage = Stage.start()) {
            System.gc();
            Stage.await("a collection", () -> stage.metric("jvm_gc_collections_total", "gc=") > 0);
            assertThat(stage.metrics()).contains("jvm_gc_collection_seconds_total{gc=");
        }
    }
}
