package dev.firsttoken.gateway.log.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/// What the log asks of a file system. Tests answer with one that is full, slow or broken.
interface Storage {

    /// Opens a new file to write to, in place of whatever an interrupted try has left there.
    OpenFile create(Path path) throws IOException;

    /// Opens a file that is there, for reading only.
    OpenFile open(Path path) throws IOException;

    /// Opens a file that is there, to change it as well.
    OpenFile repair(Path path) throws IOException;

    void delete(Path path) throws IOException;

    /// The paths in a folder in the order of their names; none when there is no such folder.
    List<Path> list(Path folder) throws IOException;

    /// Makes a folder that only this user may look into, if it is not there.
    void createFolder(Path folder) throws IOException;

    /// Makes sure that a folder's entries survive a power cut.
    void forceFolder(Path folder) throws IOException;

    /// A file at work. Positions are absolute, and both directions may do less than they were
    /// asked.
    interface OpenFile extends Closeable {

        int write(ByteBuffer bytes, long at) throws IOException;

        int read(ByteBuffer bytes, long at) throws IOException;

        void force() throws IOException;

        void truncate(long bytes) throws IOException;

        long size() throws IOException;
    }

    /// Reads until the buffer is full or the file ends.
    static void readFully(OpenFile file, ByteBuffer into, long at) throws IOException {
        long position = at;
        while (into.hasRemaining()) {
            int count = file.read(into, position);
            if (count < 0) {
                return;
            }
            position += count;
        }
    }

    /// Writes all of it, however little the file takes at a time.
    static void writeFully(OpenFile file, ByteBuffer bytes, long at) throws IOException {
        long position = at;
        int idle = 0;
        while (bytes.hasRemaining()) {
            int count = file.write(bytes, position);
            position += count;
            idle = count > 0 ? 0 : idle + 1;
            if (idle == 16) {
                throw new IOException("the file takes no more bytes at " + position);
            }
        }
    }

    static Storage files() {
        return new FileSystemStorage();
    }

    /// The real one.
    final class FileSystemStorage implements Storage {

        @Override
        public OpenFile create(Path path) throws IOException {
            return new ChannelFile(
                    FileChannel.open(
                            path,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.TRUNCATE_EXISTING,
                            StandardOpenOption.WRITE));
        }

        @Override
        public OpenFile open(Path path) throws IOException {
            return new ChannelFile(FileChannel.open(path, StandardOpenOption.READ));
        }

        @Override
        public OpenFile repair(Path path) throws IOException {
            return new ChannelFile(
                    FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE));
        }

        @Override
        public void delete(Path path) throws IOException {
            Files.deleteIfExists(path);
        }

        @Override
        public List<Path> list(Path folder) throws IOException {
            if (!Files.isDirectory(folder)) {
                return List.of();
            }
            try (var paths = Files.list(folder)) {
                return paths.sorted().toList();
            }
        }

        @Override
        public void createFolder(Path folder) throws IOException {
            if (Files.isDirectory(folder)) {
                return;
            }
            Files.createDirectories(folder);
            // What people said is nobody else's business on a shared machine.
            var view = Files.getFileAttributeView(folder, PosixFileAttributeView.class);
            if (view != null) {
                view.setPermissions(PosixFilePermissions.fromString("rwx------"));
            }
        }

        @Override
        public void forceFolder(Path folder) throws IOException {
            try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    /// A [FileChannel], fed in small pieces because the JDK keeps a direct copy of the largest one.
    final class ChannelFile implements OpenFile {

        private static final int PIECE = 1 << 20;

        private final FileChannel channel;

        ChannelFile(FileChannel channel) {
            this.channel = channel;
        }

        @Override
        public int write(ByteBuffer bytes, long at) throws IOException {
            int end = bytes.limit();
            bytes.limit(Math.min(end, bytes.position() + PIECE));
            try {
                return channel.write(bytes, at);
            } finally {
                bytes.limit(end);
            }
        }

        @Override
        public int read(ByteBuffer bytes, long at) throws IOException {
            int end = bytes.limit();
            bytes.limit(Math.min(end, bytes.position() + PIECE));
            try {
                return channel.read(bytes, at);
            } finally {
                bytes.limit(end);
            }
        }

        @Override
        public void force() throws IOException {
            channel.force(false);
        }

        @Override
        public void truncate(long bytes) throws IOException {
            channel.truncate(bytes);
        }

        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
