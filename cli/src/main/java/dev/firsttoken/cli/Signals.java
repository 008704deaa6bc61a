package dev.firsttoken.cli;

import java.lang.reflect.Proxy;

/// Runs something when the process gets a signal, instead of what the JVM would do.
///
/// By reflection: the JDK's class for it is unofficial, and the compiler would say so at every use.
final class Signals {

    private Signals() {}

    /// @param name without `SIG`, such as `TERM`
    /// @param action runs on a thread of its own, once per signal
    /// @return false where there is no such signal, as HUP on Windows
    @SuppressWarnings("ReferenceEquality") // a proxy equals itself alone
    static boolean on(String name, Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object adapter =
                    Proxy.newProxyInstance(
                            Signals.class.getClassLoader(),
                            new Class<?>[] {handler},
                            (proxy, method, args) ->
                                    switch (method.getName()) {
                                        case "handle" -> {
                                            action.run();
                                            yield null;
                                        }
                                        case "equals" -> proxy == args[0];
                                        case "hashCode" -> System.identityHashCode(proxy);
                                        default -> "handler of SIG" + name;
                                    });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), adapter);
            return true;
        } catch (ReflectiveOperationException | RuntimeException e) {
            return false;
        }
    }

    /// Sends this process a signal, as another one could.
    static void raise(String name) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            signal.getMethod("raise", signal)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot raise SIG" + name, e);
        }
    }
}
