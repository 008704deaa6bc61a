/// Who may come in, and how much at once: [Admission] names the caller and hands out a [Permit].
///
/// Uses hashes of keys and names of providers only. Never knows a model, never asks a provider, and
/// never lets two ways of showing a key differ.
@NullMarked
package dev.firsttoken.gateway.admission;

import org.jspecify.annotations.NullMarked;
