/// Who may come in, and how many at once: [Admission] names the caller and hands out a [Permit].
///
/// Uses hashes of keys only. Never knows a model or a provider, and never lets two ways of showing
/// a key differ.
@NullMarked
package dev.firsttoken.gateway.admission;

import org.jspecify.annotations.NullMarked;
