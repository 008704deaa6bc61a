package dev.firsttoken.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.time.Duration;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/// Runs after all other classes (see `junit-platform.properties`) and asks what they left behind.
@Order(Integer.MAX_VALUE)
class NothingLeaksTest {

    @Test
    void noBufferWasForgottenByAnyTest() throws Exception {
        assertThat(ResourceLeakDetector.getLevel()).isEqualTo(ResourceLeakDetector.Level.PARANOID);
        // A leak is reported when a buffer is made after the forgotten one was collected.
        for (int i = 0; i < 5; i++) {
            System.gc();
            Thread.sleep(Duration.ofMillis(20));
            for (int n = 0; n < 100; n++) {
                PooledByteBufAllocator.DEFAULT.directBuffer(16).release();
                PooledByteBufAllocator.DEFAULT.heapBuffer(16).release();
            }
        }
        assertThat(LeakCounter.reports()).isEmpty();
    }
}
