package dev.shiplog.store.history;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Status;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteBufferManager;
import org.rocksdb.WriteOptions;

/// The rows of one index, in RocksDB. Safe for any thread; what is asked after the end throws IllegalStateException.
///
/// Writes are not synced: they outlive the process, and a power cut may take the newest. What is missing then is
/// indexed
/// again.
final class RowStore implements AutoCloseable {
    private static final long CACHE_BYTES = 16L << 20;
    private static final long WRITE_BUFFERS_BYTES = 16L << 20;
    private static final long WRITE_BUFFER_BYTES = 8L << 20;
    private static final long WRITE_AHEAD_BYTES = 32L << 20;
    private static final int OPEN_FILES_MAX = 256;
    private static final int OWN_LOGS_MAX = 2;
    private static final int BLOOM_BITS = 10;

    /// What rows are about; each has an order of its own.
    enum Family {
        /// One row, which says what there is: [Extent].
        EXTENT,
        /// Object and falling revision → the value, empty where it was deleted.
        VERSIONS,
        /// Revision → [ChangeRow].
        CHANGES,
        /// Resource and revision → nothing.
        RESOURCES,
        /// Offset → [TransactionRow].
        TRANSACTIONS
    }

    /// A native handle must not be used once it is closed: that would end the process.
    private final ReentrantReadWriteLock use = new ReentrantReadWriteLock();

    private final RocksDB db;
    /// RocksDB wants a family without a name, too.
    private final ColumnFamilyHandle unnamed;
    private final Map<Family, ColumnFamilyHandle> families = new EnumMap<>(Family.class);
    private final WriteOptions unsynced = new WriteOptions();
    private final List<AutoCloseable> closing;
    private boolean closed;
    private volatile boolean damaged;

    private RowStore(RocksDB db, List<ColumnFamilyHandle> handles, List<AutoCloseable> closing) {
        this.db = db;
        this.closing = closing;
        Iterator<ColumnFamilyHandle> opened = handles.iterator();
        unnamed = opened.next();
        for (Family family : Family.values()) {
            families.put(family, opened.next());
        }
    }

    /// Opens what is in a directory, or makes it.
    ///
    /// @throws IOException when it cannot be used: it may be damaged, or another process has it
    static RowStore open(Path directory) throws IOException {
        Files.createDirectories(directory);
        RocksDB.loadLibrary();
        var closing = new ArrayList<AutoCloseable>();
        var cache = new LRUCache(CACHE_BYTES);
        var buffers = new WriteBufferManager(WRITE_BUFFERS_BYTES, cache);
        ColumnFamilyOptions options = familyOptions(cache, closing);
        DBOptions dbOptions = new DBOptions()
                .setCreateIfMissing(true)
                .setCreateMissingColumnFamilies(true)
                .setWriteBufferManager(buffers)
                .setMaxTotalWalSize(WRITE_AHEAD_BYTES)
                .setMaxOpenFiles(OPEN_FILES_MAX)
                .setKeepLogFileNum(OWN_LOGS_MAX)
                .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
                .setStatsDumpPeriodSec(0)
                .setStatsPersistPeriodSec(0);
        closing.addAll(List.of(dbOptions, options, buffers, cache));
        var descriptors = new ArrayList<ColumnFamilyDescriptor>();
        descriptors.add(new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, options));
        for (Family family : Family.values()) {
            descriptors.add(new ColumnFamilyDescriptor(family.name().getBytes(StandardCharsets.US_ASCII), options));
        }
        var handles = new ArrayList<ColumnFamilyHandle>();
        try {
            return new RowStore(RocksDB.open(dbOptions, directory.toString(), descriptors, handles), handles, closing);
        } catch (RocksDBException problem) {
            closeAll(closing);
            String why = "%s cannot be opened: %s".formatted(directory, problem.getMessage());
            throw damage(problem) ? new DamagedIndex(why, problem) : new IOException(why, problem);
        }
    }

    /// A disk that is full, or a directory that another process has, is no damage.
    private static boolean damage(RocksDBException problem) {
        Status status = problem.getStatus();
        return status == null || status.getCode() != Status.Code.IOError || missing(status);
    }

    private static boolean missing(Status status) {
        return status.getSubCode() == Status.SubCode.None
                && String.valueOf(status.getState()).contains("No such file");
    }

    private static ColumnFamilyOptions familyOptions(Cache cache, List<AutoCloseable> closing) {
        var bloom = new BloomFilter(BLOOM_BITS);
        closing.add(bloom);
        var table = new BlockBasedTableConfig()
                .setBlockCache(cache)
                .setCacheIndexAndFilterBlocks(true)
                .setPinL0FilterAndIndexBlocksInCache(true)
                .setFilterPolicy(bloom);
        return new ColumnFamilyOptions()
                .setTableFormatConfig(table)
                .setWriteBufferSize(WRITE_BUFFER_BYTES)
                .setCompressionType(CompressionType.LZ4_COMPRESSION)
                .setBottommostCompressionType(CompressionType.ZSTD_COMPRESSION);
    }

    private ColumnFamilyHandle handle(Family family) {
        return Objects.requireNonNull(families.get(family));
    }

    byte @Nullable [] get(Family family, byte[] key) {
        hold();
        try {
            return db.get(handle(family), key);
        } catch (RocksDBException problem) {
            throw unreadable(problem);
        } finally {
            use.readLock().unlock();
        }
    }

    /// A look at the rows of a family as they are now. It belongs to this thread, which must close it soon: nothing is
    /// closed before.
    Cursor cursor(Family family) {
        hold();
        return new Cursor(db.newIterator(handle(family)));
    }

    private void hold() {
        use.readLock().lock();
        if (closed) {
            use.readLock().unlock();
            throw new IllegalStateException("the history index is closed");
        }
    }

    /// Whether rows were found that cannot be read.
    boolean damaged() {
        return damaged;
    }

    private UncheckedIOException unreadable(RocksDBException problem) {
        if (damage(problem)) {
            damaged = true;
        }
        return new UncheckedIOException(new IOException("the history index cannot be read", problem));
    }

    /// Rows in order.
    final class Cursor implements AutoCloseable {
        private final RocksIterator rows;

        private Cursor(RocksIterator rows) {
            this.rows = rows;
        }

        /// To the first row that is not before a key.
        void seek(byte[] key) {
            rows.seek(key);
        }

        /// To the last row that is not after a key.
        void seekBack(byte[] key) {
            rows.seekForPrev(key);
        }

        void next() {
            rows.next();
        }

        /// Whether there is a row here.
        boolean here() {
            if (rows.isValid()) {
                return true;
            }
            try {
                rows.status();
                return false;
            } catch (RocksDBException problem) {
                throw unreadable(problem);
            }
        }

        byte[] key() {
            return rows.key();
        }

        byte[] value() {
            return rows.value();
        }

        @Override
        public void close() {
            rows.close();
            use.readLock().unlock();
        }
    }

    /// Some changes of rows that happen together. Belongs to one thread.
    final class Batch implements AutoCloseable {
        private final WriteBatch batch = new WriteBatch();

        void put(Family family, byte[] key, byte[] value) throws IOException {
            try {
                batch.put(handle(family), key, value);
            } catch (RocksDBException problem) {
                throw new IOException(problem);
            }
        }

        void delete(Family family, byte[] key) throws IOException {
            try {
                batch.delete(handle(family), key);
            } catch (RocksDBException problem) {
                throw new IOException(problem);
            }
        }

        long bytes() {
            return batch.getDataSize();
        }

        /// Does what was put in, and begins anew.
        void write() throws IOException {
            hold();
            try {
                db.write(unsynced, batch);
                batch.clear();
            } catch (RocksDBException problem) {
                throw new IOException("the history index cannot be written: " + problem.getMessage(), problem);
            } finally {
                use.readLock().unlock();
            }
        }

        @Override
        public void close() {
            batch.close();
        }
    }

    Batch batch() {
        return new Batch();
    }

    @Override
    public void close() {
        use.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                families.values().forEach(ColumnFamilyHandle::close);
                unnamed.close();
                db.close();
                unsynced.close();
                closeAll(closing);
            }
        } finally {
            use.writeLock().unlock();
        }
    }

    private static void closeAll(List<AutoCloseable> handles) {
        for (AutoCloseable handle : handles) {
            try {
                handle.close();
            } catch (Exception impossible) {
                throw new AssertionError("a native handle gives no error when it is closed", impossible);
            }
        }
    }
}
