package dev.firsttoken.gateway;

import java.util.concurrent.CountDownLatch;

/// A stage in a process of its own, for what a test must not do to itself. Prints its port and ends
/// with its standard input.
final class StageProcess {

    private StageProcess() {}

    public static void main(String[] arguments) throws Exception {
        var ended = new CountDownLatch(1);
        Thread.ofPlatform()
                .daemon()
                .start(() -> {
                    try {
                        while (System.in.read() >= 0) {
                            // Nothing is asked of it.
                        }
                    } catch (java.io.IOException _) {
                        // Nobody is left.
                    }
                    ended.countDown();
                });
        try (Stage stage = Stage.start()) {
            System.out.println(stage.port());
            ended.await();
        }
    }
}
