package dev.firsttoken.bench.load;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.Socket;

import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/// What every stream of a run has to say: so many content events, whose text in order is this.
final class Answer {

    private static final int QUIET_MILLIS = 30_000;

    private final int contentEvents;
    private final byte[] text;

    Answer(int contentEvents, byte[] text) {
        this.contentEvents = contentEvents;
        this.text = text;
    }

    int contentEvents() {
        return contentEvents;
    }

    /// The text as UTF-8. Shared: read it, do not write to it.
    byte[] text() {
        return text;
    }

    /// Asks once and keeps the answer. Asked of the upstream itself, it is what a relay must
    /// deliver.
    static Answer learn(Target target) throws IOException {
        var events = new EventScan(target.endpoint().api(), true);
        var response = new ResponseScan();
        try (Socket socket = socket(target)) {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(QUIET_MILLIS);
            socket.connect(target.address(), QUIET_MILLIS);
            socket.getOutputStream().write(target.request());
            byte[] bytes = new byte[16 * 1024];
            while (!response.ended()) {
                int count = socket.getInputStream().read(bytes);
                if (count < 0) {
                    response.endOfInput();
                    break;
                }
                response.feed(bytes, 0, count, events);
            }
        }
        @Nullable String wrong = response.status() == 200 ? events.verdict() : "no answer";
        if (wrong != null || !response.ended()) {
            throw new IOException(
                    "%s answered with status %d: %s"
                            .formatted(target.endpoint().url(), response.status(), wrong));
        }
        return events.answer();
    }

    private static Socket socket(Target target) throws IOException {
        if (!Target.isTls(target.endpoint())) {
            return new Socket();
        }
        var socket = (SSLSocket) SSLSocketFactory.getDefault().createSocket();
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        return socket;
    }
}
