package dev.firsttoken.gateway;

import java.util.ArrayList;
import java.util.List;

/// Requests over HTTP/1 that two servers could read in two ways, and their harmless neighbours.
///
/// Bytes are written as Latin-1 text. `BODY` is a whole request of the simple contract.
final class Ambiguous {

    /// What RFC 9112 lets us do with one.
    enum Verdict {
        /// Served: what looks odd about it is allowed.
        SERVED,
        /// Answered with an error as the connection's last response.
        REFUSED,
        /// Not complete, so never answered.
        UNANSWERED
    }

    /// @param status of the answer, 0 for none
    record Request(String what, String bytes, Verdict verdict, int status) {
        @Override
        public String toString() {
            return what;
        }
    }

    static final String BODY = Stage.simpleBody("sim/tokens-1");
    private static final String CHUNKED = chunk(BODY) + "0\r\n\r\n";
    private static final String LINE = "POST /chat/stream HTTP/1.1\r\n";
    private static final String HOST = "host: a\r\n";
    private static final String JSON = "content-type: application/json\r\n";
    private static final String LENGTH = "content-length: " + BODY.length() + "\r\n";
    private static final String TE = "transfer-encoding: chunked\r\n";
    private static final String CLOSE = "connection: close\r\n";

    private final List<Request> all = new ArrayList<>();

    private Ambiguous() {}

    static List<Request> all() {
        var requests = new Ambiguous();
        requests.lengths();
        requests.codings();
        requests.lengthsAndCodings();
        requests.lineEnds();
        requests.controlCharacters();
        requests.blanks();
        requests.requestLines();
        requests.targetsAndHosts();
        requests.chunks();
        requests.trailers();
        requests.repeated();
        return requests.all;
    }

    private static String chunk(String data) {
        return Integer.toHexString(data.length()) + "\r\n" + data + "\r\n";
    }

    private void refused(String what, String bytes) {
        refused(what, bytes, 400);
    }

    private void refused(String what, String bytes, int status) {
        all.add(new Request(what, bytes, Verdict.REFUSED, status));
    }

    private void served(String what, String bytes) {
        all.add(new Request(what, bytes, Verdict.SERVED, 200));
    }

    private void unanswered(String what, String bytes) {
        all.add(new Request(what, bytes, Verdict.UNANSWERED, 0));
    }

    private static String post(String headers, String body) {
        return LINE + HOST + JSON + CLOSE + headers + "\r\n" + body;
    }

    private void lengths() {
        int n = BODY.length();
        for (String value :
                List.of(
                        "+" + n,
                        "-" + n,
                        "-0",
                        "+0",
                        n + " " + n,
                        n + "," + n,
                        n + ", " + n,
                        n + ",0",
                        n + ";" + n,
                        "0x" + Integer.toHexString(n),
                        Integer.toHexString(n) + "h",
                        n + ".0",
                        n + "e0",
                        n + "L",
                        "1_0",
                        "",
                        " ",
                        "\"" + n + "\"",
                        "ten",
                        "NaN",
                        "Infinity",
                        "9223372036854775807",
                        "9223372036854775808",
                        "18446744073709551616",
                        "99999999999999999999999999",
                        "4294967296000000000",
                        n + "\t" + n,
                        n + "\u00b2",
                        "\u00d9\u00a5")) {
            refused("content-length: " + value, post("content-length: " + value + "\r\n", BODY));
        }
        refused(
                "content-length beyond the limit",
                post("content-length: 999999999\r\n", BODY),
                413);
        served(
                "content-length with zeros in front",
                post("content-length: 000" + n + "\r\n", BODY));
        served("content-length in tabs", post("content-length:\t" + n + "\t \r\n", BODY));
        served("content-length without blank", post("content-length:" + n + "\r\n", BODY));
        served("CONTENT-LENGTH", post("CONTENT-LENGTH: " + n + "\r\n", BODY));
        for (String second : List.of("" + n, "0", "" + (n + 1), "" + (n - 1), "+" + n, "", "x")) {
            for (String name : List.of("content-length", "Content-Length", "CONTENT-LENGTH")) {
                refused(
                        "content-length twice, " + name + ": " + second,
                        post(LENGTH + name + ": " + second + "\r\n", BODY));
                refused(
                        "content-length twice, first " + name + ": " + second,
                        post(name + ": " + second + "\r\n" + LENGTH, BODY));
            }
        }
    }

    private void codings() {
        for (String value :
                List.of(
                        "xchunked",
                        "chunkedx",
                        "chunk",
                        "identity",
                        "gzip",
                        "gzip, chunked",
                        "chunked, identity",
                        "identity, chunked",
                        "chunked, chunked",
                        "chunked,gzip",
                        "cow",
                        "'chunked'")) {
            refused(
                    "transfer-encoding: " + value,
                    post("transfer-encoding: " + value + "\r\n", CHUNKED),
                    501);
        }
        for (String value :
                List.of(
                        "",
                        "chunked,",
                        ",chunked",
                        "chu nked",
                        "chunked identity",
                        "chunked;q=1",
                        "chunked ;",
                        "\"chunked\"",
                        "chunked\u00a0",
                        "\u00a0chunked",
                        "chunked\u0085",
                        "(chunked)",
                        "chunked:",
                        "\u00ef\u00bb\u00bfchunked")) {
            refused(
                    "transfer-encoding: " + value,
                    post("transfer-encoding: " + value + "\r\n", CHUNKED));
        }
        served("transfer-encoding: CHUNKED", post("transfer-encoding: CHUNKED\r\n", CHUNKED));
        served("TRANSFER-ENCODING: chunKed", post("TRANSFER-ENCODING: chunKed\r\n", CHUNKED));
        served("transfer-encoding in tabs", post("transfer-encoding:\tchunked\t\r\n", CHUNKED));
        for (String second : List.of("chunked", "identity", "", "xchunked")) {
            String header = "Transfer-Encoding: " + second + "\r\n";
            refused("transfer-encoding twice, second " + second, post(TE + header, CHUNKED));
        }
        refused(
                "transfer-encoding twice, first identity",
                post("transfer-encoding: identity\r\n" + TE, CHUNKED),
                501);
        for (String value : List.of("chunked", "identity", "xchunked", "")) {
            refused(
                    "transfer-encoding: " + value + " in HTTP/1.0",
                    "POST /chat/stream HTTP/1.0\r\n"
                            + HOST
                            + JSON
                            + "transfer-encoding: "
                            + value
                            + "\r\n\r\n"
                            + CHUNKED);
        }
    }

    private void lengthsAndCodings() {
        for (String coding :
                List.of("chunked", "Chunked", "identity", "xchunked", "chunked, identity", "")) {
            String header = "transfer-encoding: " + coding + "\r\n";
            for (String length : List.of("" + BODY.length(), "0", "5", "x")) {
                String both = "content-length: " + length + "\r\n" + header;
                // A wrong length is noticed first, and either is a reason.
                refused("content-length " + length + " and coding " + coding, post(both, CHUNKED));
            }
            boolean known = coding.equalsIgnoreCase("chunked") || coding.isEmpty();
            refused(
                    "coding " + coding + " and content-length",
                    post(header + LENGTH, CHUNKED),
                    known ? 400 : 501);
        }
        String hidden = "POST /chat/stream HTTP/1.1\r\n" + HOST + JSON + LENGTH + "\r\n" + BODY;
        refused(
                "CL.TE with a request behind",
                post("content-length: 6\r\n" + TE, "0\r\n\r\n" + hidden));
        refused(
                "TE.CL with a request inside",
                post(TE + "content-length: 4\r\n", chunk(hidden) + "0\r\n\r\n"));
        refused("CL.0 with two lengths", post("content-length: 0\r\n" + LENGTH, hidden));
    }

    private void lineEnds() {
        refused(
                "LF after the request line",
                "POST /chat/stream HTTP/1.1\n" + HOST + JSON + LENGTH + "\r\n" + BODY);
        refused("LF after a header", LINE + "host: a\n" + JSON + LENGTH + "\r\n" + BODY);
        refused("LF after content-length", post("content-length: 5\nx: y\r\n", BODY));
        refused("LF before a coding", post(LENGTH + "x: y\ntransfer-encoding: chunked\r\n", BODY));
        refused("LF LF ends the head", LINE + HOST + JSON + "content-length: 0\n\n" + BODY);
        refused("CRLF LF ends the head", LINE + HOST + JSON + LENGTH + "\n" + BODY);
        refused("LF CRLF ends the head", LINE + HOST + JSON + "content-length: 0\n\r\n" + BODY);
        refused("CR in a value", post("x: a\rb\r\n" + LENGTH, BODY));
        refused("CR at the end of a value", post("x: a\r\r\n" + LENGTH, BODY));
        refused("CR before a header", post("x: a\rtransfer-encoding: chunked\r\n" + LENGTH, BODY));
        refused("CR in a name", post("x\ry: a\r\n" + LENGTH, BODY));
        refused("CR before a name", post("\rx: a\r\n" + LENGTH, BODY));
        refused("CR in content-length", post("content-length: 1\r0\r\n", BODY));
        refused(
                "CR in the target",
                "POST /chat\r/stream HTTP/1.1\r\n" + HOST + LENGTH + "\r\n" + BODY);
        refused(
                "CR after the version",
                "POST /chat/stream HTTP/1.1\r\r\n" + HOST + LENGTH + "\r\n" + BODY);
        refused(
                "CR for a blank",
                "POST\r/chat/stream HTTP/1.1\r\n" + HOST + LENGTH + "\r\n" + BODY);
        refused("CR CR ends the head", LINE + HOST + LENGTH + "\r\r\n" + BODY);
        refused("LF before the request", "\n" + post(LENGTH, BODY));
        refused("CR before the request", "\r" + post(LENGTH, BODY));
        refused("three empty lines before the request", "\r\n\r\n\r\n" + post(LENGTH, BODY));
        served("an empty line before the request", "\r\n" + post(LENGTH, BODY));
        for (String blank : List.of(" ", "\t", "  \t")) {
            String what = blank.equals(" ") ? "a blank" : "tabs";
            refused("folded with " + what, post("x: a\r\n" + blank + "b\r\n" + LENGTH, BODY));
            refused(
                    "length folded with " + what,
                    post("content-length:\r\n" + blank + "5\r\n", BODY));
            refused(
                    "coding folded with " + what,
                    post("transfer-encoding:\r\n" + blank + "chunked\r\n", CHUNKED));
            refused(
                    "coding hidden in a fold with " + what,
                    post("x: y\r\n" + blank + TE + LENGTH, BODY));
            refused(
                    "host folded with " + what,
                    LINE + "host:\r\n" + blank + "a\r\n" + LENGTH + "\r\n" + BODY);
            refused(
                    "first header folded with " + what,
                    LINE + blank + HOST + LENGTH + "\r\n" + BODY);
            refused("a line of nothing but " + what, post(blank + "\r\n" + LENGTH, BODY));
        }
    }

    private void controlCharacters() {
        for (int c = 0; c <= 0x7f; c++) {
            if (c >= ' ' && c < 0x7f || c == '\r' || c == '\n') {
                continue;
            }
            String control = String.valueOf((char) c);
            String name = "0x" + Integer.toHexString(c);
            if (c != '\t') {
                refused(name + " in a value", post("x: a" + control + "b\r\n" + LENGTH, BODY));
                refused(
                        name + " in transfer-encoding",
                        post("transfer-encoding:" + control + "chunked\r\n", CHUNKED));
            }
            refused(name + " in a name", post("x" + control + "y: a\r\n" + LENGTH, BODY));
            refused(
                    name + " in the target",
                    "POST /chat" + control + " HTTP/1.1\r\n" + HOST + LENGTH + "\r\n" + BODY);
            refused(
                    name + " in the method",
                    "PO"
                            + control
                            + "ST /chat/stream HTTP/1.1\r\n"
                            + HOST
                            + LENGTH
                            + "\r\n"
                            + BODY);
            refused(name + " before the request", control + post(LENGTH, BODY));
        }
        served("a tab in a value", post("x: a\tb\r\n" + LENGTH, BODY));
        served("Latin-1 in a value", post("x: \u00e9\r\n" + LENGTH, BODY));
        for (char c : "()<>@,;\\\"/[]?={}\u0080\u00e9".toCharArray()) {
            refused(c + " in a name", post("x" + c + "y: a\r\n" + LENGTH, BODY));
        }
    }

    private void blanks() {
        for (String name : List.of("content-length", "transfer-encoding", "host", "x")) {
            for (String blank : List.of(" ", "\t", " \t ", "\u000b", "\u0000")) {
                refused(
                        name + " before a blank and the colon",
                        post(name + blank + ": 5\r\n", BODY));
                refused("a blank before " + name, post(blank + name + ": 5\r\n", BODY));
            }
        }
        refused("a blank in a name", post("content length: 5\r\n", BODY));
        refused("a header without a colon", post("content-length 5\r\n", BODY));
        refused("a header without a name", post(": 5\r\n", BODY));
        refused("a header that is a colon", post(":\r\n" + LENGTH, BODY));
    }

    private void requestLines() {
        String rest = HOST + JSON + LENGTH + "\r\n" + BODY;
        for (String line :
                List.of(
                        "POST  /chat/stream HTTP/1.1",
                        "POST /chat/stream  HTTP/1.1",
                        "POST\t/chat/stream HTTP/1.1",
                        "POST /chat/stream\tHTTP/1.1",
                        "POST\u000b/chat/stream\u000bHTTP/1.1",
                        " POST /chat/stream HTTP/1.1",
                        "\tPOST /chat/stream HTTP/1.1",
                        "POST /chat/stream HTTP/1.1 ",
                        "POST /chat/stream HTTP/1.1\t",
                        "POST /chat/stream HTTP/1.1 x",
                        "POST /chat/stream x HTTP/1.1",
                        "POST /chat/stream",
                        "POST /chat/stream ",
                        "POST HTTP/1.1",
                        "POST",
                        "/chat/stream HTTP/1.1",
                        "POST/chat/stream HTTP/1.1",
                        "POST /chat/streamHTTP/1.1",
                        "POST /chat/stream http/1.1",
                        "POST /chat/stream Http/1.1",
                        "POST /chat/stream HTTP/1",
                        "POST /chat/stream HTTP/1.",
                        "POST /chat/stream HTTP/.1",
                        "POST /chat/stream HTTP/1.1.1",
                        "POST /chat/stream HTTP/01.1",
                        "POST /chat/stream HTTP/1.01",
                        "POST /chat/stream HTTP/1.10",
                        "POST /chat/stream HTTP/-1.1",
                        "POST /chat/stream HTTP/1,1",
                        "POST /chat/stream HTTPS/1.1",
                        "POST /chat/stream XTTP/1.1",
                        "POST /chat/stream ICAP/1.1",
                        "PO(ST /chat/stream HTTP/1.1",
                        "PO:ST /chat/stream HTTP/1.1",
                        "P\u00d6ST /chat/stream HTTP/1.1")) {
            refused(line, line + "\r\n" + rest);
        }
        for (String version : List.of("0.9", "1.2", "1.9", "2.0", "3.0", "9.9")) {
            refused("HTTP/" + version, "POST /chat/stream HTTP/" + version + "\r\n" + rest, 505);
        }
        refused("CONNECT", "CONNECT a:443 HTTP/1.1\r\nhost: a:443\r\n\r\n", 405);
    }

    private void targetsAndHosts() {
        for (String target :
                List.of(
                        "chat/stream",
                        "/chat/stream#x",
                        "/chat/str\u00e9am",
                        "a:80",
                        "//",
                        "ftp://a/chat/stream",
                        "http:/chat/stream",
                        "http://b/chat/stream",
                        "http://a:80/chat/stream",
                        "http://b@a/chat/stream",
                        "http://a@b/chat/stream",
                        "https://b/chat/stream",
                        "http:///chat/stream",
                        "http://a b/chat/stream")) {
            if (!target.equals("//")) {
                refused(
                        "target " + target,
                        "POST " + target + " HTTP/1.1\r\n" + HOST + JSON + LENGTH + "\r\n" + BODY);
            }
        }
        served(
                "the target names the host",
                "POST http://a/chat/stream HTTP/1.1\r\n"
                        + HOST
                        + JSON
                        + CLOSE
                        + LENGTH
                        + "\r\n"
                        + BODY);
        served(
                "the target NAMES the host",
                "POST HTTP://A/chat/stream HTTP/1.1\r\n"
                        + HOST
                        + JSON
                        + CLOSE
                        + LENGTH
                        + "\r\n"
                        + BODY);
        served(
                "no host in HTTP/1.0",
                "POST /chat/stream HTTP/1.0\r\n" + JSON + LENGTH + "\r\n" + BODY);
        for (String hosts :
                List.of(
                        "",
                        "host:\r\n",
                        "host: \r\n",
                        "host: a\r\nhost: a\r\n",
                        "host: a\r\nhost: b\r\n",
                        "host: a\r\nHost: a\r\n",
                        "host: a\r\nhost:\r\n",
                        "host: a b\r\n",
                        "host: a, b\r\n",
                        "host: a,b\r\n",
                        "host: a/b\r\n",
                        "host: b@a\r\n",
                        "host: a?b\r\n",
                        "host: a#b\r\n",
                        "host: a\\b\r\n",
                        "host: \"a\"\r\n",
                        "host: <a>\r\n",
                        "host: a\u00e9\r\n",
                        "host: http://a\r\n")) {
            refused(
                    "[" + hosts.replace("\r\n", "|") + "]",
                    LINE + hosts + JSON + LENGTH + "\r\n" + BODY);
        }
    }

    private void chunks() {
        int n = BODY.length();
        String hex = Integer.toHexString(n);
        for (String size :
                List.of(
                        "",
                        " " + hex,
                        "+" + hex,
                        "-" + hex,
                        "-1",
                        "0x" + hex,
                        hex + " ",
                        hex + "\t",
                        hex + " " + hex,
                        hex + "," + hex,
                        hex + "h",
                        "g",
                        "ffffffff",
                        "100000000",
                        "80000000",
                        "ffffffffffffffff",
                        "10000000000000000",
                        "1" + "0".repeat(40),
                        hex + "\u0000",
                        hex + "\r",
                        hex + "\n" + hex,
                        hex + ";a\rb",
                        hex + ";a\nb",
                        ";a",
                        " ;a",
                        "\"" + hex + "\"",
                        hex + "." + hex)) {
            refused("chunk size " + size, post(TE, size + "\r\n" + BODY + "\r\n0\r\n\r\n"));
        }
        refused("a chunk size that ends with LF", post(TE, hex + "\n" + BODY + "\r\n0\r\n\r\n"));
        refused("a chunk that ends with LF", post(TE, hex + "\r\n" + BODY + "\n0\r\n\r\n"));
        refused("a chunk that ends with nothing", post(TE, hex + "\r\n" + BODY + "0\r\n\r\n"));
        refused(
                "a chunk that is longer than it says",
                post(TE, hex + "\r\n" + BODY + "xx\r\n0\r\n\r\n"));
        refused("a last chunk that ends with LF", post(TE, chunk(BODY) + "0\n\r\n"));
        refused("a body that ends with LF", post(TE, chunk(BODY) + "0\r\n\n"));
        refused(
                "an extension that is a flood",
                post(TE, hex + ";" + "a".repeat(9000) + "\r\n" + BODY + "\r\n0\r\n\r\n"));
        served("an extension", post(TE, hex + ";a=b;c=\"d\"\r\n" + BODY + "\r\n0\r\n\r\n"));
        served("a blank before an extension", post(TE, hex + " ;a\r\n" + BODY + "\r\n0;b\r\n\r\n"));
        served(
                "zeros before a chunk size",
                post(TE, "000" + hex + "\r\n" + BODY + "\r\n000\r\n\r\n"));
        served(
                "a chunk size in capitals",
                post(TE, hex.toUpperCase() + "\r\n" + BODY + "\r\n0\r\n\r\n"));
        var each = new StringBuilder();
        for (char c : BODY.toCharArray()) {
            each.append("1\r\n").append(c).append("\r\n");
        }
        served("a chunk for each byte", post(TE, each + "0\r\n\r\n"));
        unanswered("no last chunk", post(TE, chunk(BODY)));
        unanswered("no end behind the last chunk", post(TE, chunk(BODY) + "0\r\n"));
        unanswered("half an end behind the last chunk", post(TE, chunk(BODY) + "0\r\n\r"));
        unanswered("a body that is too short", post("content-length: " + (n + 1) + "\r\n", BODY));
        unanswered("no body", post(LENGTH, ""));
        unanswered("no end of the head", LINE + HOST + JSON + LENGTH);
        unanswered("half a head", LINE + HOST + "content-le");
    }

    private void trailers() {
        for (String trailer :
                List.of(
                        "content-length: 5",
                        "transfer-encoding: chunked",
                        "host: b",
                        "authorization: Bearer x",
                        "trailer: x",
                        "x: y")) {
            served("trailer " + trailer, post(TE, chunk(BODY) + "0\r\n" + trailer + "\r\n\r\n"));
        }
        refused("a trailer without a name", post(TE, chunk(BODY) + "0\r\n: x\r\n\r\n"));
        refused("a trailer without a colon", post(TE, chunk(BODY) + "0\r\nx\r\n\r\n"));
        refused("a blank before a trailer's colon", post(TE, chunk(BODY) + "0\r\nx : y\r\n\r\n"));
        refused("a trailer that ends with LF", post(TE, chunk(BODY) + "0\r\nx: y\n\r\n"));
        refused("a NUL in a trailer", post(TE, chunk(BODY) + "0\r\nx: \u0000\r\n\r\n"));
        refused(
                "trailers that are a flood",
                post(TE, chunk(BODY) + "0\r\n" + "x: y\r\n".repeat(20_000) + "\r\n"),
                431);
    }

    private void repeated() {
        for (String header :
                List.of(
                        "authorization: Bearer a\r\nAuthorization: Bearer a\r\n",
                        "authorization: Bearer a\r\nauthorization: Bearer b\r\n",
                        "content-type: application/json\r\n",
                        "Content-Type: text/plain\r\n",
                        "expect: 100-continue\r\nexpect: 100-continue\r\n")) {
            refused("repeated " + header.strip(), post(LENGTH + header, BODY));
        }
        refused("expect: something", post(LENGTH + "expect: something\r\n", BODY), 417);
        refused("too many headers", post(LENGTH + "x: y\r\n".repeat(100), BODY), 431);
    }
}
