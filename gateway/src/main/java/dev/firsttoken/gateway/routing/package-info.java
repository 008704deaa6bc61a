/// From the name that a client asks for to the deployments that can serve it: [Router] makes the
/// plan.
///
/// Uses the configuration. Never knows HTTP and never tries anything.
@NullMarked
package dev.firsttoken.gateway.routing;

import org.jspecify.annotations.NullMarked;
