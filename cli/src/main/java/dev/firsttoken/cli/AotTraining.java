package dev.firsttoken.cli;

/// x
final class AotTraining {
    private AotTraining() {}

    public static void main(String[] args) {
        Main.run("--help");
    }
}
