package dev.firsttoken.bench.compare;

import dev.firsttoken.wire.message.Extras;
import dev.firsttoken.wire.message.Message;
import dev.firsttoken.wire.message.Message.Role;
import dev.firsttoken.wire.message.Parameters;
import dev.firsttoken.wire.message.Request;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is asked, in both modes alike.
///
/// @param maxTokens the longest answer; the server's own limit when absent
public record Question(String prompt, @Nullable Integer maxTokens) {

    Request request(Mode mode, String model) {
        var parameters = new Parameters();
        parameters.maxOutputTokens = maxTokens;
        return new Request(
                model,
                mode == Mode.STREAMING,
                true,
                List.of(Message.of(Role.USER, prompt)),
                List.of(),
                null,
                null,
                parameters,
                Extras.NONE);
    }
}
