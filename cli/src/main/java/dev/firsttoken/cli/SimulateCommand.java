package dev.firsttoken.cli;

import picocli.CommandLine.Command;

@Command(name = "simulate", hidden = false)
final class SimulateCommand implements Runnable {
    @Override
    public void run() {}
}
