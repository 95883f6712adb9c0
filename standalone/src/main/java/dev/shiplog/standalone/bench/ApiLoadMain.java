package dev.shiplog.standalone.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;

/// Load for the API server: PUT of a ConfigMap over HTTPS, one object and one connection per writer, as the
/// administrator.
///
/// Arguments: port, writers, seconds, bytes of a value, the directory `DATA/pki`.
final class ApiLoadMain {
    private static final String COLLECTION = "/api/v1/namespaces/default/configmaps";

    private ApiLoadMain() {}

    public static void main(String[] arguments) throws Exception {
        int port = Integer.parseInt(arguments[0]);
        int writers = Integer.parseInt(arguments[1]);
        Duration measured = Duration.ofMillis((long) (1_000 * Double.parseDouble(arguments[2])));
        String value = "v".repeat(Integer.parseInt(arguments[3]));
        SSLContext tls = AdminTls.of(Path.of(arguments[4]));
        LoadReport report = ClosedLoop.run(writers, measured, worker -> {
            var connection = new PlainHttpClient(tls, port);
            String name = "bench-" + worker;
            connection.call("POST", COLLECTION, body(name, value, 0));
            return new ClosedLoop.Operation() {
                private long count;

                @Override
                public void run() throws IOException {
                    int code = connection.call("PUT", COLLECTION + "/" + name, body(name, value, ++count));
                    if (code != 200) {
                        throw new IOException("PUT answered " + code);
                    }
                }
            };
        });
        System.out.println(report.line());
    }

    static List<String> arguments(int port, int writers, double seconds, int bytes, Path pki) {
        return List.of(
                String.valueOf(port),
                String.valueOf(writers),
                String.valueOf(seconds),
                String.valueOf(bytes),
                pki.toString());
    }

    /// The value differs each time: a PUT that changes nothing is not written.
    private static byte[] body(String name, String value, long count) {
        return ("{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"" + name
                        + "\",\"namespace\":\"default\"},\"data\":{\"count\":\"" + count + "\",\"value\":\"" + value
                        + "\"}}")
                .getBytes(StandardCharsets.UTF_8);
    }
}
