package dev.shiplog.standalone.bench;

import com.google.protobuf.CodedOutputStream;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NegotiationType;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Load for etcd: `Put` of etcd's v3 API (`etcdserverpb.KV`), one key per writer.
///
/// Arguments: port, writers, seconds, bytes of a value, and the directory of `ca.crt`, `client.crt`, `client.key` for TLS,
/// or `-`.
final class EtcdLoadMain {
    /// As etcd's own benchmark does, writers share connections.
    private static final int WRITERS_PER_CONNECTION = 64;

    private static final MethodDescriptor<byte[], byte[]> PUT = MethodDescriptor.<byte[], byte[]>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName("etcdserverpb.KV/Put")
            .setRequestMarshaller(new Raw())
            .setResponseMarshaller(new Raw())
            .build();

    private EtcdLoadMain() {}

    public static void main(String[] arguments) throws Exception {
        int port = Integer.parseInt(arguments[0]);
        int writers = Integer.parseInt(arguments[1]);
        Duration measured = Duration.ofMillis((long) (1_000 * Double.parseDouble(arguments[2])));
        byte[] value = new byte[Integer.parseInt(arguments[3])];
        new Random(1).nextBytes(value);
        var channels = new ArrayList<ManagedChannel>();
        for (int i = 0; i <= (writers - 1) / WRITERS_PER_CONNECTION; i++) {
            channels.add(channel(port, arguments[4]));
        }
        LoadReport report = ClosedLoop.run(writers, measured, worker -> {
            ManagedChannel channel = channels.get(worker / WRITERS_PER_CONNECTION);
            byte[] request = put("/bench/" + worker, value);
            return () -> ClientCalls.blockingUnaryCall(channel, PUT, CallOptions.DEFAULT, request);
        });
        System.out.println(report.line());
        channels.forEach(ManagedChannel::shutdownNow);
    }

    private static ManagedChannel channel(int port, String tls) throws IOException {
        NettyChannelBuilder builder = NettyChannelBuilder.forAddress("127.0.0.1", port);
        if (tls.equals("-")) {
            return builder.negotiationType(NegotiationType.PLAINTEXT).build();
        }
        Path directory = Path.of(tls);
        return builder.sslContext(GrpcSslContexts.forClient()
                        .trustManager(directory.resolve("ca.crt").toFile())
                        .keyManager(
                                directory.resolve("client.crt").toFile(),
                                directory.resolve("client.key").toFile())
                        .build())
                .overrideAuthority("localhost")
                .build();
    }

    /// A `PutRequest`: field 1 is the key, field 2 the value.
    private static byte[] put(String key, byte[] value) {
        var bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        try {
            out.writeByteArray(1, key.getBytes(StandardCharsets.UTF_8));
            out.writeByteArray(2, value);
            out.flush();
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
        return bytes.toByteArray();
    }

    private static final class Raw implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException problem) {
                throw new UncheckedIOException(problem);
            }
        }
    }

    static List<String> arguments(int port, int writers, double seconds, int bytes, String tls) {
        return List.of(
                String.valueOf(port), String.valueOf(writers), String.valueOf(seconds), String.valueOf(bytes), tls);
    }
}
