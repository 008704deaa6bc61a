package dev.firsttoken.cli;

import picocli.CommandLine.Command;

@Command(name = "config", hidden = false)
final class ConfigCommand implements Runnable {
    @Override
    public void run() {}
}
