/// What all framings have in common. Uses nothing but the JDK. Never knows a framing.
@NullMarked
package dev.firsttoken.wire.frame;

import org.jspecify.annotations.NullMarked;
