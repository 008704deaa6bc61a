package dev.firsttoken.gateway;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What comes of a request: what its client is given, and what it is counted as.
///
/// Written as `504 upstream_connect_timeout` for a refusal, as `200 3 upstream_stalled` for three
/// pieces of content and then an end that is none, as `200 120 completed` for a whole answer.
///
/// @param status of HTTP
/// @param pieces how many pieces of content came, -1 for an answer that is not streamed; written as
///   `?` where any number may
/// @param otherText whether the pieces are something else than the beginning of the simulator's
///   usual text
/// @param reason why it ended: the label in `firsttoken_stream_ends_total`
/// @param says the code in the client's error where it is the provider's own, else empty
/// @param retryAfter what Retry-After says, else empty
record FaultOutcome(
        int status, int pieces, boolean otherText, String reason, String says, String retryAfter) {

    static final String COMPLETED = "completed";

    /// How many pieces come before a limit stops them is a matter of time.
    private static final int ANY = -2;

    private static final Pattern FORM =
            Pattern.compile(
                    "(\\d{3})(?: (\\d+|\\?)(\\*?))? ([a-z_]+)(?: says=(\\S+))?(?: retry-after=(\\S+))?");

    static FaultOutcome parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new AssertionError(text + " (expected: such as 200 3 upstream_stalled)");
        }
        return new FaultOutcome(
                Integer.parseInt(form.group(1)),
                pieces(form.group(2)),
                "*".equals(form.group(3)),
                form.group(4),
                form.group(5) == null ? "" : form.group(5),
                form.group(6) == null ? "" : form.group(6));
    }

    private static int pieces(@Nullable String text) {
        return text == null ? -1 : text.equals("?") ? ANY : Integer.parseInt(text);
    }

    /// Whether this is what was expected.
    boolean fits(FaultOutcome expected) {
        boolean sameButPieces =
                new FaultOutcome(status, expected.pieces, otherText, reason, says, retryAfter)
                        .equals(expected);
        return sameButPieces && (pieces == expected.pieces || expected.pieces == ANY && pieces > 0);
    }

    /// The same on `/chat/stream`, whose streams always begin with 200 and tell an error in words.
    FaultOutcome onChatStream() {
        return new FaultOutcome(200, pieces == -1 ? 0 : pieces, otherText, reason, "", "");
    }

    boolean isCompleted() {
        return reason.equals(COMPLETED);
    }

    /// The name of what the official SDKs raise.
    String raised() {
        if (isCompleted()) {
            return "nothing";
        }
        return switch (status) {
            case 200 -> "SseException";
            case 400 -> "BadRequestException";
            case 401 -> "UnauthorizedException";
            case 403 -> "PermissionDeniedException";
            case 404 -> "NotFoundException";
            case 422 -> "UnprocessableEntityException";
            case 429 -> "RateLimitException";
            default -> status < 500 ? "UnexpectedStatusCodeException" : "InternalServerException";
        };
    }

    /// For people, as a cell of a table.
    String inWords() {
        if (isCompleted()) {
            return "the whole answer";
        }
        String code = "`" + (says.isEmpty() ? reason : says) + "`";
        if (status == 200) {
            return switch (pieces) {
                case 0 -> "an error in the stream, " + code;
                case ANY -> "some content, then the error " + code;
                default ->
                        pieces + (pieces == 1 ? " piece" : " pieces") + ", then the error " + code;
            };
        }
        return "status " + status + ", " + code + (retryAfter.isEmpty() ? "" : ", Retry-After");
    }

    @Override
    public String toString() {
        return status
                + (pieces == -1
                        ? ""
                        : " " + (pieces == ANY ? "?" : pieces) + (otherText ? "*" : ""))
                + " "
                + reason
                + (says.isEmpty() ? "" : " says=" + says)
                + (retryAfter.isEmpty() ? "" : " retry-after=" + retryAfter);
    }
}
