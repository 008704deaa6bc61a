package dev.firsttoken.gateway.log.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/// A file system that is full, broken, slow or stingy when a test says so.
final class FaultyStorage implements Storage {

    /// Writes take this many bytes more and then fail.
    volatile long freeBytes = Long.MAX_VALUE;

    volatile boolean forceFails;

    /// Nothing is brought to the disk, which saves tests of restarts most of their time.
    volatile boolean forceIsFree;

    volatile boolean truncateFails;
    volatile boolean deleteFails;
    volatile boolean readFails;

    /// How much one call may read or write.
    volatile int mouthful = Integer.MAX_VALUE;

    /// What a write waits for; replaced by an open one when it should no longer wait.
    volatile CountDownLatch writeGate = new CountDownLatch(0);

    volatile CountDownLatch forceGate = new CountDownLatch(0);
    final AtomicInteger waiting = new AtomicInteger();

    private final Storage real = Storage.files();

    @Override
    public OpenFile create(Path path) throws IOException {
        if (freeBytes <= 0) {
            throw new IOException("No space left on device");
        }
        return new FaultyFile(real.create(path));
    }

    @Override
    public OpenFile open(Path path) throws IOException {
        return new FaultyFile(real.open(path));
    }

    @Override
    public OpenFile repair(Path path) throws IOException {
        return new FaultyFile(real.repair(path));
    }

    @Override
    public void delete(Path path) throws IOException {
        if (deleteFails) {
            throw new IOException("Read-only file system");
        }
        real.delete(path);
    }

    @Override
    public List<Path> list(Path folder) throws IOException {
        return real.list(folder);
    }

    @Override
    public void createFolder(Path folder) throws IOException {
        real.createFolder(folder);
    }

    @Override
    public void forceFolder(Path folder) throws IOException {
        if (!forceIsFree) {
            real.forceFolder(folder);
        }
    }

    private void pass(CountDownLatch gate) throws IOException {
        waiting.incrementAndGet();
        try {
            gate.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        } finally {
            waiting.decrementAndGet();
        }
    }

    private final class FaultyFile implements OpenFile {

        private final OpenFile file;

        FaultyFile(OpenFile file) {
            this.file = file;
        }

        @Override
        public int write(ByteBuffer bytes, long at) throws IOException {
            pass(writeGate);
            long allowed = Math.min(mouthful, freeBytes);
            if (allowed <= 0) {
                throw new IOException("No space left on device");
            }
            int end = bytes.limit();
            bytes.limit((int) Math.min(end, bytes.position() + allowed));
            int written = file.write(bytes, at);
            bytes.limit(end);
            if (freeBytes != Long.MAX_VALUE) {
                freeBytes -= written;
            }
            return written;
        }

        @Override
        public int read(ByteBuffer bytes, long at) throws IOException {
            if (readFails) {
                throw new IOException("Input/output error");
            }
            int end = bytes.limit();
            bytes.limit((int) Math.min(end, (long) bytes.position() + mouthful));
            int read = file.read(bytes, at);
            bytes.limit(end);
            return read;
        }

        @Override
        public void force() throws IOException {
            pass(forceGate);
            if (forceFails) {
                throw new IOException("Input/output error");
            }
            if (!forceIsFree) {
                file.force();
            }
        }

        @Override
        public void truncate(long bytes) throws IOException {
            if (truncateFails) {
                throw new IOException("Input/output error");
            }
            file.truncate(bytes);
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
