package dev.firsttoken.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.firsttoken.cli.MainTest.Local;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ModelsCommandTest {

    private static final String CATALOG =
            "{\"openai\":{\"models\":{\"m\":{\"cost\":{\"input\":2.5,\"output\":10},"
                    + "\"limit\":{\"context\":1000,\"output\":100}}}}}";

    @TempDir private Path folder;

    @Test
    void aCatalogAtHandBecomesAList() throws Exception {
        Path catalog = Files.writeString(folder.resolve("api.json"), CATALOG);
        Path list = folder.resolve("list.json");

        Local.Result result =
                Local.run(
                        "models",
                        "refresh",
                        "--from",
                        catalog.toString(),
                        "--as-of",
                        "2026-05-21",
                        list.toString());

        assertThat(result.code()).as(result.err()).isEqualTo(ExitCode.OK);
        assertThat(Files.readString(list))
                .contains("\"as-of\":\"2026-05-21\"")
                .contains(
                        "\"m\":{\"context\":1000,\"max-output\":100,\"input\":2.5,\"output\":10}");
    }

    @Test
    void aCatalogOnAServerGoesToTheDataFolder() throws Exception {
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/api.json",
                exchange -> {
                    byte[] body = CATALOG.getBytes(UTF_8);
                    exchange.sendResponseHeaders(200, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        server.start();
        String url = "http://127.0.0.1:" + server.getAddress().getPort();
        try {
            Local.Result result =
                    Local.run(
                            "models",
                            "refresh",
                            "--from",
                            url + "/api.json",
                            "--data",
                            folder.toString());
            assertThat(result.code()).as(result.err()).isEqualTo(ExitCode.OK);
            assertThat(folder.resolve("models.json")).exists();

            Local.Result wrong =
                    Local.run("models", "refresh", "--from", url + "/x", "--data", folder + "");
            assertThat(wrong.code()).isEqualTo(ExitCode.FAILED);
            assertThat(wrong.err()).contains("404");
        } finally {
            server.stop(0);
        }
        assertThat(
                        Local.run(
                                        "models",
                                        "refresh",
                                        "--from",
                                        url + "/api.json",
                                        "--data",
                                        folder.toString())
                                .code())
                .isEqualTo(ExitCode.NO_CONNECTION);
    }

    @Test
    void whatIsNoCatalogLeavesTheListAsItWas() throws Exception {
        Path catalog = Files.writeString(folder.resolve("api.json"), "{\"nobody\":{}}");
        Path list = Files.writeString(folder.resolve("list.json"), "before");

        Local.Result result =
                Local.run("models", "refresh", "--from", catalog.toString(), list.toString());

        assertThat(result.code()).isEqualTo(ExitCode.FAILED);
        assertThat(result.err()).contains("api.json");
        assertThat(list).hasContent("before");
        assertThat(Local.run("models", "refresh").code()).isEqualTo(ExitCode.USAGE);
    }
}
