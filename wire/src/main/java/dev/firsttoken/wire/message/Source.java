package dev.firsttoken.wire.message;

/// Where the bytes of a picture, a sound or a document are.
public sealed interface Source {

    String BASE64 = ";base64";

    /// An address, or the bytes themselves in one that begins with `data:` (RFC 2397).
    static Source ofAddress(String url) {
        int comma = url.indexOf(',');
        if (url.startsWith("data:") && comma > 0) {
            String head = url.substring("data:".length(), comma);
            if (head.endsWith(BASE64)) {
                String mediaType = head.substring(0, head.length() - BASE64.length());
                return new Inline(mediaType, url.substring(comma + 1));
            }
        }
        return new Url(url);
    }

    /// They are here.
    ///
    /// @param mediaType such as `image/png` or `application/pdf`
    /// @param data base64
    record Inline(String mediaType, String data) implements Source {
        /// The bytes as an address that begins with `data:` (RFC 2397).
        public String address() {
            return "data:" + mediaType + BASE64 + "," + data;
        }
    }

    /// The provider shall fetch them. We never do.
    record Url(String url) implements Source {}

    /// The provider has them. Such a name means nothing to another provider.
    record FileId(String dialect, String id) implements Source {}

    /// A document that is plain text.
    record PlainText(String text) implements Source {}
}
