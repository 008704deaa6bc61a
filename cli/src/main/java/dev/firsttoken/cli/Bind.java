package dev.firsttoken.cli;

import java.io.IOException;
import java.net.BindException;

/// Why an address could not be listened on, for a person.
final class Bind {

    private Bind() {}

    static String explain(String address, IOException failure) {
        String reason = failure.getMessage() == null ? failure.toString() : failure.getMessage();
        if (reason.contains("in use")) {
            return address
                    + " is taken by another program, perhaps another FirstToken; --port 0 picks a"
                    + " free port";
        }
        return failure instanceof BindException
                ? "cannot listen on " + address + ": " + reason
                : "cannot serve on " + address + ": " + reason;
    }
}
