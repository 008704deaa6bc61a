package dev.firsttoken.cli;
import picocli.CommandLine.Command;
@Command(name = "aot-training", hidden=false)
final class AotTrainingCommand implements Runnable { @Override public void run() {} }
