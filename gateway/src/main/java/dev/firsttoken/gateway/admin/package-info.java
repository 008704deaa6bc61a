/// What is served beside completions: health, readiness, metrics and the list of models.
///
/// Uses other rooms' public faces. Never changes anything.
@NullMarked
package dev.firsttoken.gateway.admin;

import org.jspecify.annotations.NullMarked;
