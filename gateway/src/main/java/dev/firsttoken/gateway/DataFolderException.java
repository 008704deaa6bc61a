package dev.firsttoken.gateway;

import java.io.IOException;
import java.nio.file.Path;

/// Says that streams cannot be kept in a folder, and why: somebody else uses it, or it cannot be
/// read or written.
public final class DataFolderException extends IOException {

    private static final long serialVersionUID = 1;

    private final String reason;

    DataFolderException(Path folder, IOException cause) {
        this(explain(folder, cause), cause);
    }

    private DataFolderException(String reason, IOException cause) {
        super(reason, cause);
        this.reason = reason;
    }

    /// Which folder and why, in one sentence for a person.
    public String reason() {
        return reason;
    }

    private static String explain(Path folder, IOException cause) {
        String reason = cause.getMessage() == null ? cause.toString() : cause.getMessage();
        return reason.startsWith(folder.toString()) ? reason : folder + " cannot be used: " + cause;
    }
}
