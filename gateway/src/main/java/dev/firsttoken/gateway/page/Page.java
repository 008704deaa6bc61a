package dev.firsttoken.gateway.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.firsttoken.gateway.downstream.ClientExchange;
import dev.firsttoken.gateway.downstream.ClientRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The chat page as the build left it: one document, and assets whose names hold their hash.
///
/// The document is checked with the server each time it is opened; an asset never changes, so it is
/// kept for a year. May be used by several threads.
public final class Page {

    /// Where assets are served.
    public static final String ASSET_PATH = "/assets/";

    private static final String DOCUMENT = "index.html";

    /// One folder, one name, no way out.
    private static final Pattern ASSET_NAME =
            Pattern.compile("[A-Za-z0-9_-]+(?:\\.[A-Za-z0-9_-]+)+");

    /// What the page may do: run and load what came with it, and talk to the server it came from.
    /// Trusted types keep any other text from becoming markup.
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; img-src 'self' data: blob:;"
                    + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
                    + " require-trusted-types-for 'script'; trusted-types lit-html dompurify firsttoken";

    private static final Map<String, String> SECURITY =
            Map.of(
                    "content-security-policy", POLICY,
                    "x-content-type-options", "nosniff",
                    "x-frame-options", "DENY",
                    "referrer-policy", "no-referrer",
                    "cross-origin-opener-policy", "same-origin",
                    "cross-origin-resource-policy", "same-origin",
                    "permissions-policy", "camera=(), geolocation=(), microphone=()");

    private static final byte[] NOT_BUILT =
            """
            <!doctype html>
            <html lang="en">
            <meta charset="utf-8">
            <title>FirstToken</title>
            <p>The server runs. The chat page is not part of this build, because there was no Node (20.19 or newer) and npm
            when it was made.</p>
            <p>Install them and start <code>./firsttoken serve</code> again. The API is there all the same: see the README.</p>
            </html>
            """
                    .getBytes(UTF_8);

    private final Map<String, Asset> loaded = new ConcurrentHashMap<>();

    /// Whether the page is part of this build.
    public static boolean isBuilt() {
        return Page.class.getResource(DOCUMENT) != null;
    }

    /// Answers with the document, or says how to build it.
    ///
    /// @return the status
    public int document(ClientExchange client) {
        Asset asset = find(DOCUMENT);
        if (asset != null) {
            return respond(client, asset, "no-cache");
        }
        var headers = new LinkedHashMap<>(SECURITY);
        headers.put("content-type", "text/html; charset=utf-8");
        headers.put("cache-control", "no-store");
        client.respond(404, headers, NOT_BUILT);
        return 404;
    }

    /// Answers with an asset, if there is one of this name.
    ///
    /// @return the status, or 0 when there is none and nothing was answered
    public int asset(ClientExchange client) {
        String name = client.request().path().substring(ASSET_PATH.length());
        Asset asset = ASSET_NAME.matcher(name).matches() ? find("assets/" + name) : null;
        return asset == null ? 0 : respond(client, asset, "public, max-age=31536000, immutable");
    }

    private static int respond(ClientExchange client, Asset asset, String caching) {
        ClientRequest request = client.request();
        Asset.Encoded encoded = asset.encoded(request.header("accept-encoding"));
        var headers = new LinkedHashMap<>(SECURITY);
        headers.put("content-type", asset.type());
        headers.put("cache-control", caching);
        headers.put("vary", "accept-encoding");
        headers.put("etag", encoded.etag());
        if (encoded.coding() != null) {
            headers.put("content-encoding", encoded.coding());
        }
        int status = isKnown(request.header("if-none-match"), encoded.etag()) ? 304 : 200;
        client.respond(status, headers, encoded.bytes());
        return status;
    }

    /// Whether a list of entity tags (RFC 9110, section 13.1.2) has this one in it.
    private static boolean isKnown(@Nullable String list, String etag) {
        if (list == null) {
            return false;
        }
        for (String item : list.split(",", -1)) {
            String tag = item.strip();
            if (tag.equals("*") || tag.equals(etag) || tag.equals("W/" + etag)) {
                return true;
            }
        }
        return false;
    }

    private @Nullable Asset find(String name) {
        Asset known = loaded.get(name);
        if (known != null) {
            return known;
        }
        byte[] bytes = read(name);
        if (bytes == null) {
            return null;
        }
        var asset = Asset.of(name, bytes, read(name + ".br"), read(name + ".gz"));
        loaded.put(name, asset);
        return asset;
    }

    private static byte @Nullable [] read(String name) {
        try (InputStream in = Page.class.getResourceAsStream(name)) {
            return in == null ? null : in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("the page's file " + name + " cannot be read", e);
        }
    }
}
