package dev.firsttoken.gateway;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// Keeps what Netty's leak detector reports. Named in `logback-test.xml`.
public final class LeakCounter extends AppenderBase<ILoggingEvent> {

    private static final List<String> REPORTS = new CopyOnWriteArrayList<>();

    static List<String> reports() {
        return List.copyOf(REPORTS);
    }

    @Override
    protected void append(ILoggingEvent event) {
        String message = event.getFormattedMessage();
        if (message.contains("LEAK")) {
            REPORTS.add(message);
        }
    }
}
