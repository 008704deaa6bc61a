package dev.firsttoken.gateway.log.disk;

import static dev.firsttoken.gateway.log.disk.Logs.append;
import static dev.firsttoken.gateway.log.disk.Logs.awaitAcknowledged;
import static dev.firsttoken.gateway.log.disk.Logs.awaitFinished;
import static dev.firsttoken.gateway.log.disk.Logs.event;
import static dev.firsttoken.gateway.log.disk.Logs.read;
import static dev.firsttoken.gateway.log.disk.Logs.segments;
import static dev.firsttoken.gateway.log.disk.Logs.small;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firsttoken.gateway.log.disk.DiskLogSettings.Level;
import dev.firsttoken.gateway.log.disk.StoredStream.State;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskLogDamageTest {

    private static final byte[] NOTHING = {};
    private static final int STREAMS = 6;
    private static final int EVENTS = 40;

    @TempDir Path folder;

    /// Writes streams that take turns over several segments, then leaves as a killed process would:
    /// the even ones are finished.
    private Path written(int eventBytes) throws Exception {
        Path original = folder.resolve("original");
        Path copy = folder.resolve("copy");
        try (var log = DiskLog.open(original, small(Level.PROCESS))) {
            var streams = new DiskStream[STREAMS];
            for (int i = 0; i < STREAMS; i++) {
                streams[i] = log.begin("s" + i, ("meta" + i).getBytes());
            }
            for (int seq = 1; seq <= EVENTS; seq++) {
                for (int i = 0; i < STREAMS; i++) {
                    append(streams[i], seq, event("s" + i, seq, eventBytes));
                    awaitAcknowledged(streams[i], seq);
                }
            }
            for (int i = 0; i < STREAMS; i += 2) {
                streams[i].finish();
                awaitFinished(log, "s" + i);
            }
            Logs.copy(original, copy);
        }
        return copy;
    }

    /// Opens a damaged log. What can be read must be as it was written; a finished stream must be
    /// whole.
    ///
    /// @return how many events can be read
    private static int checkWhatIsServed(Path damaged) throws IOException {
        int served = 0;
        try (var log = Logs.openInHaste(damaged, Level.PROCESS)) {
            for (int i = 0; i < STREAMS; i++) {
                var found = log.find("s" + i);
                if (found.isEmpty() || !found.get().isReadable()) {
                    continue;
                }
                assertThat(found.get().meta()).isEqualTo(("meta" + i).getBytes());
                List<byte[]> events = read(log, "s" + i, 0);
                for (int seq = 1; seq <= events.size(); seq++) {
                    assertThat(events.get(seq - 1))
                            .isEqualTo(event("s" + i, seq, events.get(seq - 1).length));
                }
                if (found.get().isFinished()) {
                    assertThat(events).hasSize(EVENTS);
                }
                served += events.size();
            }
            // It can be written to, and read, as if nothing had been.
            String id = "new-" + System.nanoTime();
            DiskStream stream = log.begin(id, NOTHING);
            append(stream, 1, event("x", 1, 10));
            stream.finish();
            awaitFinished(log, id);
            assertThat(read(log, id, 0)).hasSize(1);
        }
        return served;
    }

    private Path copyOf(Path log, String name) throws IOException {
        Path copy = folder.resolve(name);
        Logs.copy(log, copy);
        return copy;
    }

    private static void erase(Path log) throws IOException {
        try (var paths = Files.walk(log)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    @Test
    void tornTailIsCutAtTheLastSoundRecordWhereverItTore() throws Exception {
        Path log = written(100);
        Path last = segments(log).getLast();
        byte[] whole = Files.readAllBytes(last);
        int served = Integer.MAX_VALUE;
        int from = Math.max(0, whole.length - 420);
        for (int length = whole.length; length >= from; length--) {
            Path torn = copyOf(log, "torn-" + length);
            Files.write(segments(torn).getLast(), Arrays.copyOf(whole, length));
            int now = checkWhatIsServed(torn);
            assertThat(now).isLessThanOrEqualTo(served);
            assertThat(now).as("all but the torn ones").isGreaterThan(STREAMS * EVENTS - 20);
            served = now;
            if (length % 50 == 0) {
                // The repair is repaired for good.
                assertThat(checkWhatIsServed(torn)).isEqualTo(now);
            }
            erase(torn);
        }
    }

    @Test
    void everyCutOfTheNewestSegmentIsUnderstood() throws Exception {
        Path log = written(100);
        byte[] whole = Files.readAllBytes(segments(log).getLast());
        for (int length = 0; length < whole.length; length += 61) {
            Path torn = copyOf(log, "torn-" + length);
            Files.write(segments(torn).getLast(), Arrays.copyOf(whole, length));
            checkWhatIsServed(torn);
            erase(torn);
        }
    }

    @Test
    void flippedBitIsNeverServed() throws Exception {
        Path log = written(100);
        var random = new Random(7);
        for (int round = 0; round < 150; round++) {
            Path damaged = copyOf(log, "flip-" + round);
            List<Path> segments = segments(damaged);
            Path victim = segments.get(random.nextInt(segments.size()));
            byte[] bytes = Files.readAllBytes(victim);
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            Files.write(victim, bytes);
            checkWhatIsServed(damaged);
            erase(damaged);
        }
    }

    @Test
    void zeroedPageCostsTheStreamsInItAndNoOther() throws Exception {
        Path log = written(100);
        try (var healthy = DiskLog.open(copyOf(log, "more"), small(Level.PROCESS))) {
            DiskStream other = healthy.begin("other", NOTHING);
            append(other, 1, event("other", 1, 20));
            other.finish();
            awaitFinished(healthy, "other");
        }
        Path damaged = copyOf(folder.resolve("more"), "zeroed");
        Path victim = segments(damaged).get(1);
        byte[] bytes = Files.readAllBytes(victim);
        Arrays.fill(bytes, 4096, Math.min(bytes.length, 8192), (byte) 0);
        Files.write(victim, bytes);
        try (var log2 = Logs.openInHaste(damaged, Level.PROCESS)) {
            assertThat(read(log2, "other", 0)).hasSize(1);
            assertThat(log2.counters().damagedBytes()).isPositive();
            for (int i = 0; i < STREAMS; i++) {
                assertThat(Logs.state(log2, "s" + i)).isEqualTo(State.DAMAGED);
                assertThat(Logs.refusal(log2, "s" + i)).isEqualTo(Unreadable.Reason.DAMAGED);
            }
            assertThat(log2.unfinished()).isEmpty();
        }
        assertThat(checkWhatIsServed(damaged)).as("the next time as well").isZero();
    }

    @Test
    void missingSegmentCostsTheStreamsInIt() throws Exception {
        Path log = written(100);
        int count = segments(log).size();
        assertThat(count).isGreaterThan(3);
        for (int i = 0; i < count; i++) {
            Path damaged = copyOf(log, "missing-" + i);
            Files.delete(segments(damaged).get(i));
            int served = checkWhatIsServed(damaged);
            if (i < count - 1) {
                assertThat(served).isZero();
            }
        }
    }

    @Test
    void segmentCutShortInTheMiddleIsNoticedEvenAtARecordsEnd() throws Exception {
        Path log = written(100);
        Path victim = segments(log).get(1);
        byte[] bytes = Files.readAllBytes(victim);
        int at = RecordFormat.SEGMENT_HEADER;
        int previous = at;
        while (at < bytes.length) {
            previous = at;
            at += ByteBuffer.wrap(bytes).getInt(at + RecordFormat.LENGTH_AT);
        }
        Files.write(victim, Arrays.copyOf(bytes, previous));
        // Only the seal is gone, so that nothing is missing; but one more record would be.
        assertThat(checkWhatIsServed(copyOf(log, "unsealed"))).isEqualTo(STREAMS * EVENTS);
    }

    @Test
    void damageFoundByAReaderEndsItsReadingBeforeTheDamage() throws Exception {
        try (var log = DiskLog.open(folder.resolve("live"), small(Level.PROCESS))) {
            DiskStream stream = log.begin("s", NOTHING);
            for (int seq = 1; seq <= 10; seq++) {
                append(stream, seq, event("s", seq, 100));
                awaitAcknowledged(stream, seq);
            }
            stream.finish();
            awaitFinished(log, "s");
            Path segment = segments(folder.resolve("live")).getFirst();
            byte[] bytes = Files.readAllBytes(segment);
            int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("s:7:");
            bytes[at + 50] ^= 1;
            Files.write(segment, bytes);

            var seen = new ArrayList<Long>();
            assertThatThrownBy(() -> log.read("s", 0, (seq, _, _, _) -> seen.add(seq)))
                    .isInstanceOf(Unreadable.class)
                    .hasMessageContaining(segment.toString());
            assertThat(seen).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
            assertThat(Logs.refusal(log, "s")).isEqualTo(Unreadable.Reason.DAMAGED);
            assertThat(log.counters().damagedStreams()).isEqualTo(1);
        }
    }

    @Test
    void recordInsideAnEventIsNeverTakenForOne() throws Exception {
        Path live = folder.resolve("forged");
        // What an upstream would have to send to forge a record, without knowing the salt.
        var forged = ByteBuffer.allocate(200);
        var format = new RecordFormat();
        format.putBegin(forged, 0, 99, 1, 1, "forged".getBytes(), NOTHING);
        int start = RecordFormat.open(forged, RecordFormat.EVENTS, 99);
        forged.putLong(1).putInt(1).putInt(3).put("bad".getBytes());
        format.close(forged, start, 0);
        byte[] payload = Arrays.copyOf(forged.array(), forged.position());
        try (var log = DiskLog.open(live, small(Level.PROCESS))) {
            DiskStream stream = log.begin("s", NOTHING);
            append(stream, 1, payload);
            awaitAcknowledged(stream, 1);
            append(stream, 2, event("s", 2, 10));
        }
        Path segment = segments(live).getFirst();
        byte[] bytes = Files.readAllBytes(segment);
        // Hit the head of the record that holds the forged ones.
        int begin = RecordFormat.SEGMENT_HEADER;
        int events = begin + ByteBuffer.wrap(bytes).getInt(begin + RecordFormat.LENGTH_AT);
        bytes[events + RecordFormat.LENGTH_AT] ^= 0x40;
        Files.write(segment, bytes);
        try (var log = DiskLog.open(live, small(Level.PROCESS))) {
            assertThat(log.find("forged")).isEmpty();
            assertThat(Logs.state(log, "s")).isEqualTo(State.DAMAGED);
        }
    }

    @Test
    void unknownFormatIsRefusedAndLeftAlone() throws Exception {
        Path log = written(100);
        Path segment = segments(log).getFirst();
        byte[] bytes = Files.readAllBytes(segment);
        var header = ByteBuffer.wrap(bytes);
        header.putInt(8, 9);
        header.putInt(
                RecordFormat.SEGMENT_HEADER - 4,
                new RecordFormat().checksum(header, 0, RecordFormat.SEGMENT_HEADER - 4));
        Files.write(segment, bytes);
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> DiskLog.open(log, small(Level.PROCESS)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(segment.toString())
                    .hasMessageContaining("written in format 9 (expected: 1)");
        }
        assertThat(Files.readAllBytes(segment)).isEqualTo(bytes);
    }
}
