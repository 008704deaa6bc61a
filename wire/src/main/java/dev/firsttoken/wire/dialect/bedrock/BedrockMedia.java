package dev.firsttoken.wire.dialect.bedrock;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The dialect's words for media types.
final class BedrockMedia {

    private static final Map<String, String> TYPES =
            Map.ofEntries(
                    Map.entry("image.png", "image/png"),
                    Map.entry("image.jpeg", "image/jpeg"),
                    Map.entry("image.gif", "image/gif"),
                    Map.entry("image.webp", "image/webp"),
                    Map.entry("document.pdf", "application/pdf"),
                    Map.entry("document.csv", "text/csv"),
                    Map.entry("document.doc", "application/msword"),
                    Map.entry(
                            "document.docx",
                            "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
                    Map.entry("document.xls", "application/vnd.ms-excel"),
                    Map.entry(
                            "document.xlsx",
                            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
                    Map.entry("document.html", "text/html"),
                    Map.entry("document.txt", "text/plain"),
                    Map.entry("document.md", "text/markdown"),
                    Map.entry("video.mkv", "video/x-matroska"),
                    Map.entry("video.mov", "video/quicktime"),
                    Map.entry("video.mp4", "video/mp4"),
                    Map.entry("video.webm", "video/webm"),
                    Map.entry("video.flv", "video/x-flv"),
                    Map.entry("video.mpeg", "video/mpeg"),
                    Map.entry("video.wmv", "video/x-ms-wmv"),
                    Map.entry("video.three_gp", "video/3gpp"));

    private BedrockMedia() {}

    /// @param kind `image`, `document`, `video` or `audio`
    static String type(String kind, String format) {
        String type = TYPES.get(kind + "." + format);
        return type == null ? kind + "/" + format : type;
    }

    /// The word for a media type, null when there is none.
    static @Nullable String format(String kind, String mediaType) {
        if (kind.equals("audio")) {
            // Every one of them is called by the second half of its media type.
            return mediaType.startsWith("audio/") ? mediaType.substring("audio/".length()) : null;
        }
        String usual = mediaType.equals("image/jpg") ? "image/jpeg" : mediaType;
        for (var type : TYPES.entrySet()) {
            if (type.getValue().equals(usual) && type.getKey().startsWith(kind)) {
                return type.getKey().substring(kind.length() + 1);
            }
        }
        return null;
    }

    static boolean isFormat(String kind, String format) {
        return kind.equals("audio") || TYPES.containsKey(kind + "." + format);
    }
}
