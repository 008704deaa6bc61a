package dev.firsttoken.wire.message;

/// Where the bytes of a picture, a sound or a document are.
public sealed interface Source {

    /// They are here.
    ///
    /// @param mediaType such as `image/png` or `application/pdf`
    /// @param data base64
    record Inline(String mediaType, String data) implements Source {}

    /// The provider shall fetch them. We never do.
    record Url(String url) implements Source {}

    /// The provider has them. Such a name means nothing to another provider.
    record FileId(String dialect, String id) implements Source {}

    /// A document that is plain text.
    record PlainText(String text) implements Source {}
}
