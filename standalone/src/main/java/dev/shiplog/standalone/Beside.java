package dev.shiplog.standalone;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Work that goes on beside a start, each piece on a thread of its own, until somebody needs what comes of it.
///
/// Closing it waits for all pieces, so that nothing is started any more once a start has failed.
final class Beside implements AutoCloseable {
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    /// What comes of a piece of work.
    interface Outcome<T> {
        /// Waits for the work; fails as it failed.
        T get() throws Exception;
    }

    <T> Outcome<T> begin(Callable<T> work) {
        Future<T> future = threads.submit(work);
        return () -> {
            try {
                return future.get();
            } catch (ExecutionException failure) {
                switch (failure.getCause()) {
                    case Exception problem -> throw problem;
                    case Error error -> throw error;
                    case null, default -> throw failure;
                }
            }
        };
    }

    @Override
    public void close() {
        threads.close();
    }
}
