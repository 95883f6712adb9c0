package dev.shiplog.proxy;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Runs nft transactions: through libnftables in this process where the library is there (a few milliseconds), else
/// through the program `nft`. One caller at a time.
interface NftClient extends AutoCloseable {

    /// Runs all commands as one transaction: all take effect or none.
    void apply(List<String> commands) throws NftFailure;

    /// Whether the table of this proxy exists.
    boolean tableExists();

    @Override
    void close();

    static NftClient open() {
        try {
            return new LibraryNftClient();
        } catch (IllegalArgumentException _) {
            return new ProcessNftClient(new HostClient(List.of()));
        }
    }

    /// libnftables(3), called through the foreign function interface.
    @SuppressWarnings("restricted") // That is what the interface is for.
    final class LibraryNftClient implements NftClient {
        private static final String LIBRARY = "libnftables.so.1";
        private static final long ERROR_TEXT_MAX_BYTES = 65_536;

        private final Arena arena = Arena.ofShared();
        private final MethodHandle run;
        private final MethodHandle errorBuffer;
        private final MethodHandle free;
        private final MemorySegment context;

        LibraryNftClient() {
            Linker linker = Linker.nativeLinker();
            SymbolLookup library = SymbolLookup.libraryLookup(LIBRARY, arena);
            run = linker.downcallHandle(
                    library.findOrThrow("nft_run_cmd_from_buffer"),
                    FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS));
            errorBuffer = linker.downcallHandle(
                    library.findOrThrow("nft_ctx_get_error_buffer"),
                    FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.ADDRESS));
            free = linker.downcallHandle(
                    library.findOrThrow("nft_ctx_free"), FunctionDescriptor.ofVoid(ValueLayout.ADDRESS));
            MethodHandle create = linker.downcallHandle(
                    library.findOrThrow("nft_ctx_new"),
                    FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
            FunctionDescriptor buffering = FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS);
            MethodHandle bufferErrors = linker.downcallHandle(library.findOrThrow("nft_ctx_buffer_error"), buffering);
            MethodHandle bufferOutput = linker.downcallHandle(library.findOrThrow("nft_ctx_buffer_output"), buffering);
            try {
                context = (MemorySegment) create.invokeExact(0);
                int errors = (int) bufferErrors.invokeExact(context);
                int output = (int) bufferOutput.invokeExact(context);
                if (errors != 0 || output != 0) {
                    throw new IllegalArgumentException(LIBRARY + " gives no buffers");
                }
            } catch (RuntimeException problem) {
                throw problem;
            } catch (Throwable problem) {
                throw new AssertionError(problem);
            }
        }

        @Override
        public synchronized void apply(List<String> commands) throws NftFailure {
            String error = execute(String.join("\n", commands) + "\n");
            if (error != null) {
                throw new NftFailure(error);
            }
        }

        @Override
        public synchronized boolean tableExists() {
            return execute("list chain " + Ruleset.TABLE + " dispatch\n") == null;
        }

        private @Nullable String execute(String script) {
            try (Arena call = Arena.ofConfined()) {
                int code = (int) run.invokeExact(context, call.allocateFrom(script));
                if (code == 0) {
                    return null;
                }
                MemorySegment text = (MemorySegment) errorBuffer.invokeExact(context);
                return text.reinterpret(ERROR_TEXT_MAX_BYTES).getString(0).strip();
            } catch (RuntimeException problem) {
                throw problem;
            } catch (Throwable problem) {
                throw new AssertionError(problem);
            }
        }

        @Override
        public synchronized void close() {
            try {
                free.invokeExact(context);
            } catch (Throwable problem) {
                throw new AssertionError(problem);
            }
            arena.close();
        }
    }

    /// The program `nft`, for hosts without the library.
    final class ProcessNftClient implements NftClient {
        private final HostClient host;

        ProcessNftClient(HostClient host) {
            this.host = host;
        }

        @Override
        public void apply(List<String> commands) throws NftFailure {
            HostClient.Answer answer = host.run(String.join("\n", commands) + "\n", "nft", "-f", "-");
            if (answer.code() != 0) {
                throw new NftFailure(answer.text());
            }
        }

        @Override
        public boolean tableExists() {
            return host.run("", "nft", "list", "chain", "ip", "shiplog", "dispatch")
                            .code()
                    == 0;
        }

        @Override
        public void close() {}
    }
}
