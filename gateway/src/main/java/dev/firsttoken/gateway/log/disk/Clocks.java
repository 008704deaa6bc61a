package dev.firsttoken.gateway.log.disk;

import java.time.InstantSource;
import java.util.function.LongSupplier;

/// The wall's time, which is only ever written down, and a count of nanoseconds that never jumps,
/// which every wait and every age is measured with.
record Clocks(InstantSource wall, LongSupplier monotonic) {

    static Clocks system() {
        return new Clocks(InstantSource.system(), System::nanoTime);
    }

    long nanos() {
        return monotonic.getAsLong();
    }

    long wallMillis() {
        return wall.millis();
    }
}
