package dev.firsttoken.gateway.provider;

import dev.firsttoken.wire.dialect.UrlPath;
import org.jspecify.annotations.Nullable;

/// Where a provider is asked that gives every model a place of its own: below
/// `/openai/deployments/MODEL` for a version of its API, below `/openai/v1` without one.
final class DeploymentPaths {

    private static final String ROOT = "/v1";

    private DeploymentPaths() {}

    /// @param path such as `/v1/chat/completions`
    /// @param version such as `2024-10-21`
    static String path(String path, String model, @Nullable String version) {
        if (version == null) {
            return "/openai" + path;
        }
        return "/openai/deployments/"
                + UrlPath.encoded(model)
                + path.substring(ROOT.length())
                + "?api-version="
                + version;
    }
}
