package dev.shiplog.standalone.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;

/// Load for the API server: PUT of a ConfigMap over HTTPS, one object and one connection per writer, as the
/// administrator. Each PUT carries the resourceVersion of the one before, so it is a compare-and-put, as etcd's
/// is.
///
/// Arguments: port, bytes of a value, the directory `DATA/pki`.
final class ApiLoadMain {
    private static final String COLLECTION = "/api/v1/namespaces/default/configmaps";
    private static final byte[] RESOURCE_VERSION = "\"resourceVersion\":\"".getBytes(StandardCharsets.US_ASCII);
    private static final String LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final int CREATED = 201;
    private static final int CONFLICT = 409;
    private static final int OK = 200;

    private ApiLoadMain() {}

    public static void main(String[] arguments) throws Exception {
        int port = Integer.parseInt(arguments[0]);
        int valueBytes = Integer.parseInt(arguments[1]);
        SSLContext tls = AdminTls.of(Path.of(arguments[2]));
        ClosedLoop.serve(
                worker -> new Put(new PlainHttpClient(tls, port), "bench-" + worker, text(worker, valueBytes)));
        Runtime.getRuntime().halt(0);
    }

    /// Letters and digits that compress as badly as text can.
    private static String text(int worker, int length) {
        var random = new Random(worker);
        return random.ints(length, 0, LETTERS.length())
                .mapToObj(letter -> LETTERS.substring(letter, letter + 1))
                .collect(Collectors.joining());
    }

    static List<String> arguments(int port, int bytes, Path pki) {
        return List.of(String.valueOf(port), String.valueOf(bytes), pki.toString());
    }

    /// One writer's connection, object and its last revision.
    private static final class Put implements ClosedLoop.Operation {
        private final PlainHttpClient connection;
        private final String name;
        private final String value;
        private String revision = "";
        private long count;

        Put(PlainHttpClient connection, String name, String value) throws IOException {
            this.connection = connection;
            this.name = name;
            this.value = value;
            int code = connection.call("POST", COLLECTION, body());
            if (code == CONFLICT) {
                code = connection.call("GET", COLLECTION + "/" + name, new byte[0]);
            }
            if (code != CREATED && code != OK) {
                throw new IOException("the object cannot be created: " + code);
            }
            revision = revision(connection.body());
        }

        @Override
        public void run() throws IOException {
            count++;
            int code = connection.call("PUT", COLLECTION + "/" + name, body());
            if (code != OK) {
                throw new IOException("PUT answered " + code);
            }
            revision = revision(connection.body());
        }

        /// The value differs each time: a PUT that changes nothing is not written.
        private byte[] body() {
            return ("{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"" + name
                            + "\",\"namespace\":\"default\",\"resourceVersion\":\"" + revision
                            + "\"},\"data\":{\"count\":\"" + count + "\",\"value\":\"" + value + "\"}}")
                    .getBytes(StandardCharsets.US_ASCII);
        }

        private static String revision(byte[] object) throws IOException {
            for (int at = 0; at <= object.length - RESOURCE_VERSION.length; at++) {
                if (object[at] == '"' && begins(object, at)) {
                    int from = at + RESOURCE_VERSION.length;
                    int to = from;
                    while (object[to] != '"') {
                        to++;
                    }
                    return new String(object, from, to - from, StandardCharsets.US_ASCII);
                }
            }
            throw new IOException("the answer has no resourceVersion");
        }

        private static boolean begins(byte[] text, int at) {
            for (int i = 0; i < RESOURCE_VERSION.length; i++) {
                if (text[at + i] != RESOURCE_VERSION[i]) {
                    return false;
                }
            }
            return true;
        }
    }
}
