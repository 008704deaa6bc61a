package dev.firsttoken.gateway.log.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Keeps everybody else out of a folder, and says who is in it.
///
/// The system lets go of the lock when the process dies, however it dies.
final class FolderLock implements Closeable {

    /// The folders of this process. Its own lock would not stop it, and to open and close the file
    /// once more would even release the lock.
    private static final Set<Path> OWN = ConcurrentHashMap.newKeySet();

    private final Path folder;
    private final FileChannel channel;

    private FolderLock(Path folder, FileChannel channel) {
        this.folder = folder;
        this.channel = channel;
    }

    static FolderLock take(Path folder) throws IOException {
        Path real = folder.toRealPath();
        String pid = Long.toString(ProcessHandle.current().pid());
        if (!OWN.add(real)) {
            throw inUse(folder, pid);
        }
        try {
            return new FolderLock(real, lock(folder, pid));
        } catch (IOException | RuntimeException failure) {
            OWN.remove(real);
            throw failure;
        }
    }

    private static FileChannel lock(Path folder, String pid) throws IOException {
        Path path = folder.resolve("lock");
        FileChannel channel =
                FileChannel.open(
                        path,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() == null) {
                throw inUse(folder, Files.readString(path, StandardCharsets.ISO_8859_1).strip());
            }
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.ISO_8859_1)), 0);
            return channel;
        } catch (IOException | RuntimeException failure) {
            channel.close();
            throw failure;
        }
    }

    private static IOException inUse(Path folder, String pid) {
        return new IOException(
                folder
                        + " is in use by "
                        + (pid.isEmpty() ? "another process" : "process " + pid)
                        + "; stop that one, or name another folder");
    }

    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            OWN.remove(folder);
        }
    }
}
