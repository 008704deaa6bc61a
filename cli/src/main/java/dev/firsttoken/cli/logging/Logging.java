package dev.firsttoken.cli.logging;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.Encoder;
import dev.firsttoken.gateway.config.Config;
import java.io.OutputStream;
import org.slf4j.LoggerFactory;

/// The one place that decides where log lines go and how they look.
public final class Logging {

    /// Lines that may wait to be written before further ones are dropped.
    private static final int MAX_WAITING = 8192;

    private Logging() {}

    /// Puts a configuration in force; also later, after a reload.
    ///
    /// @param out where lines go, such as [System#out]
    public static void apply(Config.Log log, OutputStream out) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();

        var writer = new OutputStreamAppender<ILoggingEvent>();
        writer.setContext(context);
        writer.setName("out");
        writer.setEncoder(encoder(log.format(), context));
        writer.setOutputStream(new Unclosed(out));
        writer.start();

        // An event loop logs too, and must not wait for whoever reads our output.
        var queue = new AsyncAppender();
        queue.setContext(context);
        queue.setName("queue");
        queue.setQueueSize(MAX_WAITING);
        queue.setNeverBlock(true);
        queue.setDiscardingThreshold(MAX_WAITING / 8);
        queue.setMaxFlushTime(1000);
        queue.addAppender(writer);
        queue.start();

        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        // Netty's debug level prints what it reads, and that is what users say.
        root.setLevel(Level.INFO);
        context.getLogger("dev.firsttoken").setLevel(Level.toLevel(log.level(), Level.INFO));
        if (Level.toLevel(log.level(), Level.INFO).isGreaterOrEqual(Level.INFO)) {
            root.setLevel(Level.toLevel(log.level(), Level.INFO));
        }
        root.addAppender(queue);
    }

    /// Writes what is still waiting, for at most a second.
    public static void stop() {
        ((LoggerContext) LoggerFactory.getILoggerFactory()).stop();
    }

    private static Encoder<ILoggingEvent> encoder(Config.Log.Format format, LoggerContext context) {
        Encoder<ILoggingEvent> encoder =
                switch (format) {
                    case TEXT -> new TextEncoder();
                    case JSON -> {
                        var json = new JsonEncoder();
                        json.setWithSequenceNumber(false);
                        json.setWithNanoseconds(false);
                        json.setWithContext(false);
                        yield json;
                    }
                };
        encoder.setContext(context);
        encoder.start();
        return encoder;
    }

    /// A stream that outlives the appender that writes to it.
    private static final class Unclosed extends OutputStream {
        private final OutputStream out;

        Unclosed(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int b) throws java.io.IOException {
            out.write(b);
        }

        @Override
        public void write(byte[] bytes, int from, int count) throws java.io.IOException {
            out.write(bytes, from, count);
        }

        @Override
        public void flush() throws java.io.IOException {
            out.flush();
        }
    }
}
