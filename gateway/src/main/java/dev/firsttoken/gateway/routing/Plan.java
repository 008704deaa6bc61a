package dev.firsttoken.gateway.routing;

import java.util.List;

/// The deployments to try for one request, first choice first; never empty.
///
/// @param label the model in metrics: a configured name, or `other`
public record Plan(String label, List<Deployment> deployments) {}
