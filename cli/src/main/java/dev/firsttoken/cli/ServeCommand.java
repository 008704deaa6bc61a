package dev.firsttoken.cli;

import picocli.CommandLine.Command;

@Command(name = "serve", hidden = false)
final class ServeCommand implements Runnable {
    @Override
    public void run() {}
}
