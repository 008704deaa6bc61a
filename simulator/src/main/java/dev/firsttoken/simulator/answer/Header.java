package dev.firsttoken.simulator.answer;

/// One header of an answer, its name in lower case.
public record Header(String name, String value) {}
