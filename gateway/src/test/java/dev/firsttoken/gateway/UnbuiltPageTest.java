package dev.firsttoken.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What a server says whose build had no Node: the same classes, loaded from where no page is.
class UnbuiltPageTest {

    private static final String PAGE = "dev/firsttoken/gateway/page/";

    /// The tests' class path without the page's files.
    private static final class WithoutPage extends URLClassLoader {

        WithoutPage() throws Exception {
            super(classPath(), ClassLoader.getPlatformClassLoader());
        }

        private static URL[] classPath() throws Exception {
            List<URL> places = new ArrayList<>();
            for (String place :
                    System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
                places.add(Path.of(place).toUri().toURL());
            }
            return places.toArray(URL[]::new);
        }

        private static boolean isHidden(String name) {
            return name.startsWith(PAGE) && !name.endsWith(".class");
        }

        @Override
        public @Nullable URL findResource(String name) {
            return isHidden(name) ? null : super.findResource(name);
        }

        @Override
        public Enumeration<URL> findResources(String name) throws java.io.IOException {
            return super.findResources(isHidden(name) ? PAGE + "nothing" : name);
        }
    }

    @Test
    void itSaysHowToBuildThePageAndServesTheApi() throws Exception {
        try (var loader = new WithoutPage();
                var stage = stageIn(loader);
                HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> page = get(client, stage, "/");
            assertThat(page.statusCode()).isEqualTo(404);
            assertThat(page.headers().firstValue("content-type"))
                    .hasValue("text/html; charset=utf-8");
            // Once the page is there, nobody is shown this again.
            assertThat(page.headers().firstValue("cache-control")).hasValue("no-store");
            assertThat(page.headers().firstValue("content-security-policy").orElseThrow())
                    .contains("default-src 'none'");
            assertThat(page.body())
                    .contains("The server runs", "Node (20.19 or newer)", "./firsttoken serve")
                    .doesNotContain("<script", "src=");

            assertThat(get(client, stage, "/assets/app-Ab_1.js").statusCode()).isEqualTo(404);
            assertThat(get(client, stage, "/healthz").statusCode()).isEqualTo(200);
            assertThat(get(client, stage, "/v1/models").statusCode()).isEqualTo(200);
        }
    }

    /// A [Stage] of the loader's own making.
    private record Unbuilt(AutoCloseable stage, int port) implements AutoCloseable {
        @Override
        public void close() throws Exception {
            stage.close();
        }
    }

    private static Unbuilt stageIn(ClassLoader loader) throws Exception {
        Class<?> type = loader.loadClass(Stage.class.getName());
        var start = type.getDeclaredMethod("start");
        start.setAccessible(true);
        var port = type.getDeclaredMethod("port");
        port.setAccessible(true);
        var stage = (AutoCloseable) start.invoke(null);
        return new Unbuilt(stage, (int) port.invoke(stage));
    }

    private static HttpResponse<String> get(HttpClient client, Unbuilt stage, String path)
            throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + stage.port() + path));
        return client.send(request.build(), BodyHandlers.ofString());
    }
}
