/// What models cost and how much they take: a list from a file, and what the configuration says
/// instead. Uses the JSON and the usage of `wire` and the list of known providers. Never asks
/// anybody over the network, and never rounds before the last step.
@NullMarked
package dev.firsttoken.gateway.pricing;

import org.jspecify.annotations.NullMarked;
