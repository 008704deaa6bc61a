/// The chat page: files that the build put into this jar, served as they are.
///
/// Uses the client exchange and nothing else of the server. Never makes up a page from a request,
/// and never serves a file that the page's build did not put there.
@NullMarked
package dev.firsttoken.gateway.page;

import org.jspecify.annotations.NullMarked;
