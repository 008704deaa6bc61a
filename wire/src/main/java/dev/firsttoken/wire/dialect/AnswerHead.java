package dev.firsttoken.wire.dialect;

/// What an answer says of itself before it says anything.
///
/// @param id without a prefix: each dialect puts its own before it
/// @param model the name that the client asked for
/// @param createdSeconds Unix time
public record AnswerHead(String id, String model, long createdSeconds) {}
