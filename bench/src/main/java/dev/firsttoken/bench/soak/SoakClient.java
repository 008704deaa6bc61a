package dev.firsttoken.bench.soak;

import dev.firsttoken.bench.soak.Mix.Ask;
import dev.firsttoken.bench.soak.Mix.Fate;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// One client, which asks again and again, and each time behaves as the dice say.
///
/// Runs on a thread of its own.
final class SoakClient implements Runnable {

    private enum Manner {
        READ(48),
        NOT_STREAMED(8),
        LEAVE_FIN(8),
        LEAVE_RST(8),
        READ_SLOWLY(7),
        STOP_READING(2),
        DETACH_AND_RESUME(11),
        LEAVE_TO_DRAIN(4),
        STOP_BY_DELETE(4);

        private final int percent;

        Manner(int percent) {
            this.percent = percent;
        }
    }

    private static final int SMALL_BUFFER = 4096;

    private final URI server;
    private final References references;
    private final Tally tally;
    private final BooleanSupplier stopping;
    private final Random random;
    private final Seen seen = new Seen();
    private @Nullable RawConnection kept;

    SoakClient(
            URI server,
            References references,
            Tally tally,
            BooleanSupplier stopping,
            Random random) {
        this.server = server;
        this.references = references;
        this.tally = tally;
        this.stopping = stopping;
        this.random = random;
    }

    @Override
    public void run() {
        while (!stopping.getAsBoolean()) {
            Manner manner = manner();
            try {
                once(manner);
            } catch (IOException e) {
                tally.outcome(word(manner) + ": connection failed");
                tally.fault("no response", manner + ": " + e);
                forget();
                pause(100);
            }
        }
        forget();
    }

    private Manner manner() {
        int dice = random.nextInt(100);
        for (Manner manner : Manner.values()) {
            dice -= manner.percent;
            if (dice < 0) {
                return manner;
            }
        }
        throw new AssertionError("manners of less than 100 %");
    }

    private void once(Manner manner) throws IOException {
        boolean simple = manner != Manner.NOT_STREAMED && random.nextBoolean();
        Ask ask = Mix.any(random);
        String model = ask.model();
        int route = random.nextInt(100);
        boolean risky = route < 3;
        if (risky) {
            model = "narrow/" + model;
        } else if (route < 13) {
            // Whoever shares its connection with a fault may go down with it.
            risky = true;
            ask = Mix.http2(random);
            model = "h2/" + ask.model();
        } else if (route < 14) {
            ask = Mix.unasked(random);
            model = "unasked/" + ask.model();
        }
        RawConnection connection = connection(manner);
        connection.send(
                "POST",
                simple ? "/chat/stream" : "/v1/chat/completions",
                onDisconnect(manner),
                Question.body(simple, manner != Manner.NOT_STREAMED, model));
        int status = connection.readHead();
        String id = connection.header("x-firsttoken-stream");
        if (id != null) {
            tally.stream(id);
        }
        seen.clear();
        if (status != 200) {
            connection.wholeBody();
            refused(ask, manner, status, risky);
            keep(connection);
            return;
        }
        if (manner == Manner.NOT_STREAMED) {
            notStreamed(ask, connection);
            keep(connection);
            return;
        }
        var answer = new Asked(ask, simple, risky, id == null ? "" : id);
        switch (manner) {
            case READ -> judge(manner, answer, readOn(connection), connection);
            case READ_SLOWLY -> readSlowly(answer, connection);
            case STOP_READING -> stopReading(connection);
            case LEAVE_FIN, LEAVE_RST, LEAVE_TO_DRAIN -> leave(manner, answer, connection);
            case DETACH_AND_RESUME -> resume(answer, connection);
            case STOP_BY_DELETE -> stop(answer, connection);
            case NOT_STREAMED -> throw new AssertionError(manner);
        }
    }

    /// What was asked for, and under which id it is answered.
    private record Asked(Ask ask, boolean simple, boolean risky, String id) {}

    private RawConnection connection(Manner manner) throws IOException {
        RawConnection reused = kept;
        kept = null;
        boolean small = manner == Manner.READ_SLOWLY || manner == Manner.STOP_READING;
        if (reused != null && !small) {
            return reused;
        }
        if (reused != null) {
            reused.close();
        }
        return new RawConnection(server, small ? SMALL_BUFFER : 0);
    }

    private static String onDisconnect(Manner manner) {
        return switch (manner) {
            case DETACH_AND_RESUME -> "x-firsttoken-on-disconnect: detach\r\n";
            case LEAVE_TO_DRAIN -> "x-firsttoken-on-disconnect: drain\r\n";
            case READ,
                    NOT_STREAMED,
                    LEAVE_FIN,
                    LEAVE_RST,
                    READ_SLOWLY,
                    STOP_READING,
                    STOP_BY_DELETE ->
                    "";
        };
    }

    private void refused(Ask ask, Manner manner, int status, boolean risky) {
        tally.outcome(word(manner) + ": refused with " + status);
        if (ask.fate() == Fate.WHOLE && !risky) {
            tally.healthy(false);
            tally.outcome("healthy, but failed: status " + status + " " + ask.model());
        }
    }

    private void notStreamed(Ask ask, RawConnection connection) throws IOException {
        String body;
        try {
            body = connection.wholeBody();
        } catch (IOException _) {
            tally.outcome("not streamed: cut");
            return;
        }
        tally.outcome("not streamed: answered");
        if (ask.fate() == Fate.WHOLE) {
            tally.healthy(true);
            if (!references.isSaidBy(ask, body)) {
                tally.fault("altered", "not streamed, " + ask.model());
            }
        }
    }

    /// Reads to the end.
    ///
    /// @return whether the body came to its end, rather than its connection
    private boolean readOn(RawConnection connection) {
        try {
            while (seen.readEvent(connection)) {}
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    /// Holds what was read to the end against what it should be.
    private void judge(Manner manner, Asked asked, boolean ended, RawConnection connection)
            throws IOException {
        Ask ask = asked.ask();
        boolean complete = ended && seen.looksComplete();
        tally.outcome(word(manner) + ": " + (complete ? "complete" : "failed honestly"));
        if (!ended || !seen.hasTerminal()) {
            tally.fault(
                    "no terminal",
                    manner + " " + asked.id() + " " + ask.model() + ", " + seen.size() + " events");
        }
        text(asked, complete);
        if (complete && ask.fate() == Fate.BROKEN) {
            tally.fault("looked complete", asked.id() + " " + ask.model());
        }
        if (ask.fate() == Fate.WHOLE && !asked.risky()) {
            tally.healthy(complete);
            if (!complete) {
                tally.outcome("healthy, but failed: " + seen.errorCode() + " " + ask.model());
            }
        }
        if (ended) {
            keep(connection);
        } else {
            connection.close();
        }
    }

    private void text(Asked asked, boolean complete) {
        if (asked.ask().fate() == Fate.ODD) {
            return;
        }
        boolean whole = complete && asked.ask().fate() == Fate.WHOLE;
        String difference = references.difference(asked.ask(), asked.simple(), whole, seen);
        if (difference != null) {
            tally.fault("altered", asked.id() + " " + difference);
        }
    }

    private void readSlowly(Asked asked, RawConnection connection) throws IOException {
        int pauseMillis = 20 + random.nextInt(60);
        boolean ended = true;
        try (connection) {
            while (seen.readEvent(connection)) {
                if (seen.size() % 4 == 0) {
                    pause(pauseMillis);
                }
            }
        } catch (IOException _) {
            ended = false;
        }
        // Somebody who is too slow may be cut off, but is shown nothing wrong.
        boolean complete = ended && seen.looksComplete();
        tally.outcome(
                "read slowly: " + (complete ? "complete" : ended ? "failed honestly" : "cut"));
        text(asked, complete);
        if (complete && asked.ask().fate() == Fate.BROKEN) {
            tally.fault("looked complete", asked.id() + " " + asked.ask().model());
        }
    }

    private void stopReading(RawConnection connection) throws IOException {
        try (connection) {
            pause(1000 + random.nextInt(9000));
        }
        tally.outcome("stop reading");
    }

    private void leave(Manner manner, Asked asked, RawConnection connection) throws IOException {
        readSome(connection);
        text(asked, false);
        if (manner == Manner.LEAVE_RST) {
            connection.reset();
        } else {
            connection.close();
        }
        tally.outcome(word(manner));
    }

    /// Reads some events of an answer, or all if there are no more.
    private boolean readSome(RawConnection connection) {
        int wanted = random.nextInt(40);
        int from = seen.size();
        try {
            while (seen.size() - from < wanted) {
                if (!seen.readEvent(connection)) {
                    return false;
                }
            }
            return true;
        } catch (IOException _) {
            return true;
        }
    }

    private void resume(Asked asked, RawConnection first) throws IOException {
        RawConnection connection = first;
        try {
            int pieces = 1 + random.nextInt(2);
            while (pieces-- > 0 && readSome(connection)) {
                connection.close();
                pause(random.nextInt(1500));
                connection = read(asked.id(), seen.size());
            }
            boolean ended = readOn(connection);
            judge(Manner.DETACH_AND_RESUME, asked, ended, connection);
        } finally {
            if (connection != kept) {
                connection.close();
            }
        }
        List<String> inPieces = seen.events();
        seen.clear();
        try (RawConnection again = read(asked.id(), 0)) {
            readOn(again);
        }
        if (!inPieces.equals(seen.events())) {
            tally.fault(
                    inPieces.size() == seen.size() ? "altered" : "lost or doubled",
                    "%s %s: %d events in pieces, %d at once"
                            .formatted(
                                    asked.id(), asked.ask().model(), inPieces.size(), seen.size()));
        }
    }

    private RawConnection read(String id, int after) throws IOException {
        var connection = new RawConnection(server, 0);
        connection.send("GET", "/v1/streams/" + id + "?after=" + after, "", "");
        int status = connection.readHead();
        if (status != 200) {
            tally.fault("cannot be read on", id + " after " + after + ": status " + status);
        }
        return connection;
    }

    private void stop(Asked asked, RawConnection connection) throws IOException {
        readSome(connection);
        int status;
        try (var other = new RawConnection(server, 0)) {
            other.send("DELETE", "/v1/streams/" + asked.id(), "", "");
            status = other.readHead();
            other.wholeBody();
        }
        boolean ended = readOn(connection);
        connection.close();
        boolean complete = ended && seen.looksComplete();
        tally.outcome("stop by delete: status " + status + (complete ? ", too late" : ", stopped"));
        if (!ended || !seen.hasTerminal()) {
            tally.fault("no terminal", "deleted " + asked.id() + " " + asked.ask().model());
        }
        text(asked, complete);
        if (complete && asked.ask().fate() == Fate.BROKEN) {
            tally.fault("looked complete", asked.id() + " " + asked.ask().model());
        }
    }

    /// Keeps a connection for the next question, if it can be used again and the dice want it.
    private void keep(RawConnection connection) throws IOException {
        if (connection.canBeReused() && random.nextInt(3) > 0) {
            kept = connection;
        } else {
            connection.close();
        }
    }

    private void forget() {
        try {
            if (kept != null) {
                kept.close();
            }
        } catch (IOException _) {
            // It is gone either way.
        }
        kept = null;
    }

    private static String word(Manner manner) {
        return manner.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /// Does nothing for a while, as people do: between questions, while they read, before they come
    /// back. It is part of the load and waits for nothing.
    static void pause(int millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
