/// OpenAI chat as clients speak it, and the routes of OpenAI's that are passed on to providers who
/// have them. Uses the codec of `wire` and the lanes of the package above. Never knows another
/// dialect.
@NullMarked
package dev.firsttoken.gateway.dialect.openai;

import org.jspecify.annotations.NullMarked;
