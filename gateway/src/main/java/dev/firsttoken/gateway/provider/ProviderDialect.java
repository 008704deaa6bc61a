package dev.firsttoken.gateway.provider;

import dev.firsttoken.wire.dialect.ProviderCodec;
import java.util.List;
import java.util.Map;

/// A wire language that we speak to providers, with the habits of those who speak it.
///
/// @param name the word for it in the configuration
/// @param root what all its paths begin with, such as `/v1`
/// @param rootInUrl whether a provider's address ends with the root by custom; otherwise it may
/// @param key how a provider is shown a credential
/// @param listing how a provider says which models it has
/// @param passedHeaders what the names of its response headers begin with that clients may see, in
///   lower case
/// @param signedFor the service that signatures of AWS are for, empty where nothing is signed
/// @param accent what is particular to a provider in how it is asked
public record ProviderDialect(
        String name,
        ProviderCodec codec,
        String root,
        boolean rootInUrl,
        KeyHeader key,
        Listing listing,
        List<String> passedHeaders,
        String signedFor,
        Accent accent) {

    /// One whose requests are not signed and that is nobody's in particular.
    ProviderDialect(
            String name,
            ProviderCodec codec,
            String root,
            boolean rootInUrl,
            KeyHeader key,
            Listing listing,
            List<String> passedHeaders) {
        this(name, codec, root, rootInUrl, key, listing, passedHeaders, "", Accent.NONE);
    }

    /// The same as one provider speaks it.
    ///
    /// @param accented the word for it in the configuration
    ProviderDialect with(String accented, Accent its) {
        return new ProviderDialect(
                accented, codec, root, rootInUrl, key, listing, passedHeaders, signedFor, its);
    }

    /// A header that holds a credential.
    ///
    /// @param name in lower case
    /// @param scheme what stands before the credential, such as `Bearer `
    public record KeyHeader(String name, String scheme) {

        public static final KeyHeader BEARER = new KeyHeader("authorization", "Bearer ");
    }

    /// A list of models, as a provider answers a GET.
    ///
    /// @param path with the root
    /// @param array the field that holds the models
    /// @param name the field of a model that holds its name
    /// @param prefix what names begin with there and nowhere else
    /// @param headers what the dialect demands, names in lower case
    public record Listing(
            String path, String array, String name, String prefix, Map<String, String> headers) {}

    /// The path to request.
    ///
    /// @param base the path of the provider's address, without a slash at its end
    /// @param path one of the dialect, with its root
    public String path(String base, String path) {
        if (rootInUrl) {
            return path.startsWith(root + "/") ? base + path.substring(root.length()) : base + path;
        }
        // What the address ends with and the path begins with is there once.
        for (int at = base.indexOf('/'); at >= 0; at = base.indexOf('/', at + 1)) {
            if (path.startsWith(base.substring(at) + "/")) {
                return base.substring(0, at) + path;
            }
        }
        return base + path;
    }
}
