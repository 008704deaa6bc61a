package dev.firsttoken.wire.dialect;

import dev.firsttoken.wire.event.InvalidRequestException;
import dev.firsttoken.wire.json.JsonLimits;
import dev.firsttoken.wire.json.JsonObjectText.Member;

/// How much a request for a completion may be made of, in any dialect.
///
/// @param messages how many messages it may have
public record RequestLimits(JsonLimits json, int messages) {

    /// What is allowed where nobody says anything else.
    public static final RequestLimits USUAL = new RequestLimits(JsonLimits.USUAL, 10_000);

    /// @throws InvalidRequestException when this array has more elements than there may be messages
    public void checkMessages(Member array) throws InvalidRequestException {
        if (array.size() > messages) {
            throw new InvalidRequestException(
                    "has " + array.size() + " messages (expected: at most " + messages + ")",
                    "messages");
        }
    }
}
