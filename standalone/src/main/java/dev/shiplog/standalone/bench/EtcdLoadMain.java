package dev.shiplog.standalone.bench;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
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
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;

/// Load for etcd's v3 API (`etcdserverpb.KV`), one key per writer. Each put expects the revision of the put
/// before, as a Kubernetes API server's do, and as Shiplog's do: a `Txn` that compares and puts.
///
/// Arguments: port, bytes of a value, and the directory of `ca.crt`, `client.crt`, `client.key` for TLS, or
/// `-`.
final class EtcdLoadMain {
    /// As etcd's own benchmark does, writers share connections.
    private static final int WRITERS_PER_CONNECTION = 64;

    private static final MethodDescriptor<byte[], byte[]> PUT = method("Put");
    private static final MethodDescriptor<byte[], byte[]> TXN = method("Txn");

    /// The value of `Compare.CompareTarget` that means the revision of the last change.
    private static final int TARGET_MOD = 2;

    private EtcdLoadMain() {}

    public static void main(String[] arguments) throws Exception {
        int port = Integer.parseInt(arguments[0]);
        byte[] value = new byte[Integer.parseInt(arguments[1])];
        new Random(1).nextBytes(value);
        var channels = new ConcurrentHashMap<Integer, ManagedChannel>();
        ClosedLoop.serve(worker -> {
            ManagedChannel channel =
                    channels.computeIfAbsent(worker / WRITERS_PER_CONNECTION, _ -> channel(port, arguments[2]));
            byte[] key = ("/bench/" + worker).getBytes(StandardCharsets.UTF_8);
            byte[] put = put(key, value);
            byte[] first = ClientCalls.blockingUnaryCall(channel, PUT, CallOptions.DEFAULT, put);
            long[] revision = {revision(first)};
            return () -> revision[0] = revisionOfHeld(ClientCalls.blockingUnaryCall(
                    channel, TXN, CallOptions.DEFAULT, putExpecting(key, revision[0], put)));
        });
        channels.values().forEach(ManagedChannel::shutdownNow);
    }

    private static ManagedChannel channel(int port, String tls) {
        NettyChannelBuilder builder = NettyChannelBuilder.forAddress("127.0.0.1", port);
        if (tls.equals("-")) {
            return builder.negotiationType(NegotiationType.PLAINTEXT).build();
        }
        Path directory = Path.of(tls);
        try {
            return builder.sslContext(GrpcSslContexts.forClient()
                            .trustManager(directory.resolve("ca.crt").toFile())
                            .keyManager(
                                    directory.resolve("client.crt").toFile(),
                                    directory.resolve("client.key").toFile())
                            .build())
                    .overrideAuthority("localhost")
                    .build();
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
    }

    private static MethodDescriptor<byte[], byte[]> method(String name) {
        return MethodDescriptor.<byte[], byte[]>newBuilder()
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName("etcdserverpb.KV/" + name)
                .setRequestMarshaller(new Raw())
                .setResponseMarshaller(new Raw())
                .build();
    }

    /// A `PutRequest`: field 1 is the key, field 2 the value.
    private static byte[] put(byte[] key, byte[] value) {
        return message(out -> {
            out.writeByteArray(1, key);
            out.writeByteArray(2, value);
        });
    }

    /// A `TxnRequest`: field 1 is a `Compare` (what is compared, key, revision), field 2 a `RequestOp` with the
    /// put.
    private static byte[] putExpecting(byte[] key, long revision, byte[] put) {
        byte[] compare = message(out -> {
            out.writeEnum(2, TARGET_MOD);
            out.writeByteArray(3, key);
            out.writeInt64(6, revision);
        });
        byte[] operation = message(out -> out.writeByteArray(2, put));
        return message(out -> {
            out.writeByteArray(1, compare);
            out.writeByteArray(2, operation);
        });
    }

    /// The revision of a `TxnResponse` whose comparison held, which field 2 says.
    private static long revisionOfHeld(byte[] response) throws IOException {
        CodedInputStream in = CodedInputStream.newInstance(response);
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (WireFormat.getTagFieldNumber(tag) == 2) {
                return revision(response);
            }
            in.skipField(tag);
        }
        throw new IOException("the key has another revision than the put before gave it");
    }

    /// The revision of a response: field 3 of its header, which is field 1.
    private static long revision(byte[] response) throws IOException {
        CodedInputStream in = CodedInputStream.newInstance(response);
        in.readTag();
        CodedInputStream header = CodedInputStream.newInstance(in.readByteArray());
        for (int tag = header.readTag(); tag != 0; tag = header.readTag()) {
            if (WireFormat.getTagFieldNumber(tag) == 3) {
                return header.readInt64();
            }
            header.skipField(tag);
        }
        throw new IOException("etcd's answer has no revision");
    }

    private interface Fields {
        void write(CodedOutputStream out) throws IOException;
    }

    private static byte[] message(Fields fields) {
        var bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        try {
            fields.write(out);
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

    static List<String> arguments(int port, int bytes, String tls) {
        return List.of(String.valueOf(port), String.valueOf(bytes), tls);
    }
}
