package dev.firsttoken.cli.chat;

/// One turn of a conversation.
///
/// @param role `user`, `assistant` or `system`
record Message(String role, String content) {}
