package dev.firsttoken.bench.load;

import dev.firsttoken.bench.endpoint.Endpoint;
import dev.firsttoken.bench.options.Options;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Clients that ask for a long answer, read its beginning and then nothing more.
public final class SlowReaders {

    /// What each reads before it stops.
    private static final int FIRST_BYTES = 1024;

    /// What the kernel keeps for each of them.
    private static final int RECEIVE_BYTES = 4 * 1024;

    private static final byte[] GOOD = "HTTP/1.1 200 ".getBytes(StandardCharsets.ISO_8859_1);

    private SlowReaders() {}

    /// Opens them, says `held N` when all have read their beginning, and holds them until a line
    /// comes in.
    public static int run(Options options) throws IOException {
        Endpoint endpoint =
                Endpoint.of(URI.create(options.required("url")), null, null)
                        .with(LoadTool.headers(options));
        int streams = options.number("streams", 1000);
        String model = options.text("model", "sim/tokens-400");
        options.refuseUnread();
        List<SocketChannel> open = new ArrayList<>(streams);
        try {
            for (int i = 0; i < streams; i++) {
                open.add(ask(endpoint, model));
            }
            int held = 0;
            for (SocketChannel channel : open) {
                held += readBeginning(channel) ? 1 : 0;
            }
            System.out.println("held " + held);
            System.out.flush();
            if (System.in.read() < 0) {
                System.err.println("nobody is there any more");
            }
            return held == streams ? 0 : 1;
        } finally {
            for (SocketChannel channel : open) {
                channel.close();
            }
        }
    }

    private static SocketChannel ask(Endpoint endpoint, String model) throws IOException {
        SocketChannel channel = SocketChannel.open();
        channel.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BYTES);
        Target target = Target.of(endpoint, model, "Hi", null);
        channel.connect(target.address());
        ByteBuffer bytes = ByteBuffer.wrap(target.request());
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
        return channel;
    }

    /// @return whether it is the beginning of an answer; a refusal is too short to wait for all of
    ///   it
    private static boolean readBeginning(SocketChannel channel) throws IOException {
        var beginning = ByteBuffer.allocate(FIRST_BYTES);
        while (beginning.hasRemaining()) {
            if (channel.read(beginning) < 0) {
                return false;
            }
            if (beginning.position() >= GOOD.length
                    && !Arrays.equals(beginning.array(), 0, GOOD.length, GOOD, 0, GOOD.length)) {
                return false;
            }
        }
        return true;
    }
}
