package dev.firsttoken.cli;

import picocli.CommandLine;

/// Which build this is.
final class Version implements CommandLine.IVersionProvider {

    @Override
    public String[] getVersion() {
        return new String[] {"FirstToken " + number(), "Java " + Runtime.version()};
    }

    /// As in the jar's manifest; outside a jar there is none.
    static String number() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "(not packaged)" : version;
    }
}
