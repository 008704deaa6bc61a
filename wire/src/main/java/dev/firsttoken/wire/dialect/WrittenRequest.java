package dev.firsttoken.wire.dialect;

import dev.firsttoken.wire.message.Loss;
import java.util.List;
import java.util.Map;

/// A request as a provider wants it. It is a POST.
///
/// @param path below the provider's base address, with a slash first
/// @param headers what the dialect demands, names in lower case; credentials are not here
/// @param losses what the client asked for and the provider will not hear of
public record WrittenRequest(
        String path, Map<String, String> headers, byte[] body, List<Loss> losses) {}
