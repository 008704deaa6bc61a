package dev.firsttoken.gateway.metering;

import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;

/// What `/metrics` shows of the process and its JVM, under the names that Prometheus' own client
/// libraries give it.
///
/// The beans behind it are asked for at the first scrape and not before: bringing them up would
/// cost the start more than everything else here.
final class ProcessMetrics {

    private final PrometheusRegistry registry;

    private ProcessMetrics(PrometheusRegistry registry) {
        this.registry = registry;
    }

    static void register(PrometheusRegistry registry) {
        var process = new ProcessMetrics(registry);
        process.memory();
        process.collections();
        process.threadsAndFiles();
    }

    private void memory() {
        GaugeWithCallback.builder()
                .name("jvm_memory_used_bytes")
                .help("Memory that the JVM uses.")
                .labelNames("area")
                .callback(callback ->
                        eachArea((area, usage) -> callback.call((double) usage.getUsed(), area)))
                .register(registry);
        GaugeWithCallback.builder()
                .name("jvm_memory_max_bytes")
                .help("Memory that the JVM may use, where there is a limit.")
                .labelNames("area")
                .callback(callback ->
                        eachArea((area, usage) -> {
                            if (usage.getMax() >= 0) {
                                callback.call((double) usage.getMax(), area);
                            }
                        }))
                .register(registry);
        GaugeWithCallback.builder()
                .name("jvm_buffer_pool_used_bytes")
                .help("Memory of NIO buffers.")
                .labelNames("pool")
                .callback(callback -> {
                    for (BufferPoolMXBean pool :
                            ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
                        callback.call((double) pool.getMemoryUsed(), pool.getName());
                    }
                })
                .register(registry);
    }

    @FunctionalInterface
    private interface AreaReader {
        void read(String area, MemoryUsage usage);
    }

    private static void eachArea(AreaReader reader) {
        var memory = ManagementFactory.getMemoryMXBean();
        reader.read("heap", memory.getHeapMemoryUsage());
        reader.read("nonheap", memory.getNonHeapMemoryUsage());
    }

    private void collections() {
        CounterWithCallback.builder()
                .name("jvm_gc_collections_total")
                .help(
                        "Garbage collections; those of a collector named \"... Pauses\" stop the world.")
                .labelNames("gc")
                .callback(callback ->
                        eachCollector(gc ->
                                callback.call(
                                        (double) Math.max(0, gc.getCollectionCount()),
                                        gc.getName())))
                .register(registry);
        CounterWithCallback.builder()
                .name("jvm_gc_collection_seconds_total")
                .help("Time in garbage collections.")
                .labelNames("gc")
                .callback(callback ->
                        eachCollector(gc ->
                                callback.call(
                                        Math.max(0, gc.getCollectionTime()) / 1e3, gc.getName())))
                .register(registry);
    }

    private static void eachCollector(Consumer<GarbageCollectorMXBean> reader) {
        ManagementFactory.getGarbageCollectorMXBeans().forEach(reader);
    }

    private void threadsAndFiles() {
        gauge(
                "jvm_threads_current",
                "Platform threads.",
                () -> ManagementFactory.getThreadMXBean().getThreadCount());
        gauge(
                "process_start_time_seconds",
                "When the process started, since 1970.",
                () -> ManagementFactory.getRuntimeMXBean().getStartTime() / 1e3);
        CounterWithCallback.builder()
                .name("process_cpu_seconds_total")
                .help("User and system time of the process.")
                .callback(callback -> {
                    if (ManagementFactory.getOperatingSystemMXBean()
                            instanceof com.sun.management.OperatingSystemMXBean system) {
                        callback.call(Math.max(0, system.getProcessCpuTime()) / 1e9);
                    }
                })
                .register(registry);
        files("process_open_fds", "Open file descriptors.", true);
        files("process_max_fds", "File descriptors that may be open.", false);
    }

    private void files(String name, String help, boolean open) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .callback(callback -> {
                    if (ManagementFactory.getOperatingSystemMXBean()
                            instanceof com.sun.management.UnixOperatingSystemMXBean unix) {
                        callback.call(
                                (double)
                                        (open
                                                ? openFiles(unix)
                                                : unix.getMaxFileDescriptorCount()));
                    }
                })
                .register(registry);
    }

    /// The JVM counts by opening a folder, so when it cannot, it is because none is left.
    private static long openFiles(com.sun.management.UnixOperatingSystemMXBean unix) {
        try {
            return unix.getOpenFileDescriptorCount();
        } catch (InternalError noneLeft) {
            return unix.getMaxFileDescriptorCount();
        }
    }

    private void gauge(String name, String help, DoubleSupplier value) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .callback(callback -> callback.call(value.getAsDouble()))
                .register(registry);
    }
}
