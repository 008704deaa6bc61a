import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;

/// Prints the events of an answer while they arrive: `java Ask.java http://127.0.0.1:8080`.
void main(String[] args) throws Exception {
    var request = HttpRequest.newBuilder(URI.create(args[0] + "/chat/stream"))
            .header("content-type", "application/json")
            .POST(BodyPublishers.ofString("{\"message\": \"Hello\", \"model\": \"sim/tokens-20\"}"))
            .build();
    try (var client = HttpClient.newHttpClient();
            var lines = client.send(request, BodyHandlers.ofLines()).body()) {
        lines.filter(line -> line.startsWith("data: ")).map(line -> line.substring(6)).forEach(IO::println);
    }
}
