package dev.firsttoken.wire.sse;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// What tests do with streams of events: read them whole or cut, and read them a second time by a
/// decoder too simple to be wrong.
final class SseFrames {

    static final int LIMIT = 1 << 20;

    static final String BOM = "\u00EF\u00BB\u00BF";

    /// A frame, copied. Bytes are characters here, one to one.
    record Seen(
            String raw,
            boolean hasData,
            String data,
            String name,
            boolean errorField,
            boolean terminated) {

        static Seen of(SseFrame frame) {
            return new Seen(
                    text(frame.rawArray(), frame.rawFrom(), frame.rawTo()),
                    frame.hasData(),
                    text(frame.dataArray(), frame.dataFrom(), frame.dataTo()),
                    new String(frame.name().getBytes(UTF_8), ISO_8859_1),
                    frame.isErrorField(),
                    frame.isTerminated());
        }

        private static String text(byte[] bytes, int from, int to) {
            return new String(bytes, from, to - from, ISO_8859_1);
        }
    }

    static String outcome(byte[] bytes, int maxLine, int maxEvent, Random random, int longest) {
        var decoder = new SseDecoder(maxLine, maxEvent);
        var out = new StringBuilder();
        SseDecoder.Sink sink = frame -> out.append(escaped(Seen.of(frame).raw())).append('|');
        try {
            for (int at = 0; at < bytes.length; ) {
                int to = at + Math.min(bytes.length - at, 1 + random.nextInt(longest));
                decoder.feed(bytes, at, to, sink);
                at = to;
            }
            decoder.end(sink);
        } catch (SseLimitException e) {
            // Where both limits are broken, either may be found first.
            out.append("too long");
        }
        return out.toString();
    }

    static List<Seen> decodeCut(byte[] stream, Random random, int longest)
            throws SseLimitException {
        var decoder = new SseDecoder(LIMIT, LIMIT);
        var seen = new ArrayList<Seen>();
        for (int at = 0; at < stream.length; ) {
            int to = at + Math.min(stream.length - at, 1 + random.nextInt(longest));
            // A copy, so that a view that outlives its call is found out.
            byte[] read = Arrays.copyOfRange(stream, at, to);
            decoder.feed(read, 0, read.length, frame -> seen.add(Seen.of(frame)));
            Arrays.fill(read, (byte) '!');
            at = to;
        }
        decoder.end(frame -> seen.add(Seen.of(frame)));
        return seen;
    }

    /// Undoes what cutting a CRLF does: its LF is the first raw byte of the next frame.
    static List<Seen> lateLfsMovedBack(List<Seen> frames) {
        var moved = new ArrayList<Seen>();
        for (Seen frame : frames) {
            Seen last = moved.isEmpty() ? null : moved.getLast();
            if (last == null || !last.raw().endsWith("\r") || !frame.raw().startsWith("\n")) {
                moved.add(frame);
                continue;
            }
            moved.set(moved.size() - 1, withRaw(last, last.raw() + "\n"));
            if (frame.raw().length() > 1) {
                moved.add(withRaw(frame, frame.raw().substring(1)));
            }
        }
        return moved;
    }

    static Seen withRaw(Seen seen, String raw) {
        return new Seen(
                raw,
                seen.hasData(),
                seen.data(),
                seen.name(),
                seen.errorField(),
                seen.terminated());
    }

    static List<Seen> decodeAll(int maxLine, int maxEvent, String text) throws SseLimitException {
        var decoder = new SseDecoder(maxLine, maxEvent);
        var seen = new ArrayList<Seen>();
        byte[] bytes = text.getBytes(ISO_8859_1);
        decoder.feed(bytes, 0, bytes.length, frame -> seen.add(Seen.of(frame)));
        decoder.end(frame -> seen.add(Seen.of(frame)));
        return seen;
    }

    static List<Seen> decode(String text) {
        try {
            return decodeAll(LIMIT, LIMIT, text);
        } catch (SseLimitException e) {
            throw new AssertionError(e);
        }
    }

    static List<String> data(String text) {
        return decode(text).stream().filter(Seen::hasData).map(Seen::data).toList();
    }

    static List<Seen> decodeByteByByte(String text) {
        try {
            return decodeCut(text.getBytes(ISO_8859_1), new Random(1), 1);
        } catch (SseLimitException e) {
            throw new AssertionError(e);
        }
    }

    static void feed(SseDecoder decoder, String text, List<Seen> seen) {
        byte[] bytes = text.getBytes(ISO_8859_1);
        try {
            decoder.feed(bytes, 0, bytes.length, frame -> seen.add(Seen.of(frame)));
        } catch (SseLimitException e) {
            throw new AssertionError(e);
        }
    }

    static void feedCut(SseDecoder decoder, byte[] stream, int cut, SseDecoder.Sink sink)
            throws SseLimitException {
        for (int at = 0; at < stream.length; at += cut) {
            decoder.feed(stream, at, Math.min(stream.length, at + cut), sink);
        }
    }

    static String raw(List<Seen> frames) {
        var all = new ByteArrayOutputStream();
        frames.forEach(frame -> all.writeBytes(frame.raw().getBytes(ISO_8859_1)));
        return all.toString(ISO_8859_1);
    }

    static String escaped(String text) {
        return text.replace("\r", "\\r").replace("\n", "\\n");
    }

    /// The rules as the standard tells them, on one whole text.
    static final class Reference {
        static List<Seen> decode(String stream) {
            String text = stream.startsWith(BOM) ? stream.substring(3) : stream;
            var frames = new ArrayList<Seen>();
            int block = 0;
            var lines = new ArrayList<String>();
            int at = 0;
            while (at < text.length()) {
                int end = at;
                while (end < text.length() && "\r\n".indexOf(text.charAt(end)) < 0) {
                    end++;
                }
                String line = text.substring(at, end);
                if (end == text.length()) {
                    lines.add(line);
                    break;
                }
                at = end + (text.startsWith("\r\n", end) ? 2 : 1);
                lines.add(line);
                if (line.isEmpty()) {
                    frames.add(frame(text.substring(block, at), lines, true));
                    block = at;
                    lines.clear();
                }
            }
            if (block < text.length()) {
                frames.add(frame(text.substring(block), lines, false));
            }
            return frames;
        }

        private static Seen frame(String raw, List<String> lines, boolean terminated) {
            var data = new ArrayList<String>();
            String name = "";
            boolean error = false;
            for (String line : lines) {
                int colon = line.indexOf(':');
                String field = colon < 0 ? line : line.substring(0, colon);
                String value = colon < 0 ? "" : line.substring(colon + 1);
                value = value.startsWith(" ") ? value.substring(1) : value;
                switch (field) {
                    case "data" -> data.add(value);
                    case "error" -> {
                        data.add(value);
                        error = true;
                    }
                    case "event" -> name = value;
                    default -> {}
                }
            }
            return new Seen(
                    raw, !data.isEmpty(), String.join("\n", data), utf8(name), error, terminated);
        }

        /// What a decoder of UTF-8 makes of it, as bytes again.
        private static String utf8(String bytes) {
            String text = new String(bytes.getBytes(ISO_8859_1), UTF_8);
            return new String(text.getBytes(UTF_8), ISO_8859_1);
        }
    }

    private SseFrames() {}
}
