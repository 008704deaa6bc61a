package dev.firsttoken.wire.event;

import org.jspecify.annotations.Nullable;

/// Where a piece of text comes from.
///
/// What dialects say of a source hardly overlaps, so that the fields are those that most have, and
/// the citation as its dialect wrote it is kept beside them.
///
/// @param url the source's address, if it is on the web
/// @param title the source's name
/// @param quote the words of the source that the text is based on
/// @param start first character of the choice's text that is based on it, or -1
/// @param end where that part of the text ends, or -1
/// @param dialect who wrote `json`
/// @param json the citation as it was written, an object
public record Citation(
        @Nullable String url,
        @Nullable String title,
        @Nullable String quote,
        int start,
        int end,
        String dialect,
        String json) {}
