package dev.shiplog.api;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/// Draws requests that nobody sends on purpose: malformed, contradictory, of wrong types, nearly right.
final class HostileRequests {
    private static final List<String> METHODS =
            List.of("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "FROB", "get", "CONNECT");
    private static final List<String> SEGMENTS = List.of(
            "api",
            "apis",
            "v1",
            "v2",
            "apps",
            "coordination.k8s.io",
            "none.example",
            "namespaces",
            "default",
            "absent",
            "pods",
            "configmaps",
            "deployments",
            "services",
            "leases",
            "events",
            "serviceaccounts",
            "nodes",
            "bindings",
            "things",
            "status",
            "scale",
            "log",
            "token",
            "eviction",
            "binding",
            "finalize",
            "exec",
            "proxy",
            "openapi",
            "v3",
            "healthz",
            "livez",
            "readyz",
            "metrics",
            "version",
            "..",
            ".",
            "%2e%2e",
            "%2F",
            "%00",
            "%ff%fe",
            "%zz",
            "%",
            "a".repeat(300),
            "ü",
            "\u0001",
            ";",
            "*");
    private static final List<String> PLACES = List.of(
            "/api/v1/namespaces/default/configmaps",
            "/api/v1/namespaces/default/configmaps/m",
            "/api/v1/namespaces/default/pods",
            "/api/v1/namespaces/default/pods/p",
            "/api/v1/namespaces/default/pods/p/status",
            "/api/v1/namespaces/default/pods/p/eviction",
            "/api/v1/namespaces/default/pods/p/binding",
            "/api/v1/namespaces/default/services",
            "/api/v1/namespaces/default/services/s",
            "/api/v1/namespaces/default/secrets",
            "/api/v1/namespaces/default/events",
            "/api/v1/namespaces/default/endpoints",
            "/api/v1/namespaces/default/bindings",
            "/api/v1/namespaces/default/serviceaccounts/default/token",
            "/api/v1/namespaces",
            "/api/v1/namespaces/n",
            "/api/v1/namespaces/n/finalize",
            "/api/v1/nodes",
            "/api/v1/nodes/n",
            "/apis/apps/v1/namespaces/default/deployments",
            "/apis/apps/v1/namespaces/default/deployments/d",
            "/apis/apps/v1/namespaces/default/deployments/d/scale",
            "/apis/apps/v1/namespaces/default/deployments/d/status",
            "/apis/apps/v1/namespaces/default/controllerrevisions",
            "/apis/coordination.k8s.io/v1/namespaces/default/leases",
            "/apis/coordination.k8s.io/v1/namespaces/default/leases/l",
            "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices",
            "/api",
            "/apis",
            "/openapi/v3/apis/apps/v1",
            "/version",
            "/readyz");
    private static final List<String> PARAMETERS = List.of(
            "labelSelector",
            "fieldSelector",
            "limit",
            "continue",
            "resourceVersion",
            "resourceVersionMatch",
            "sendInitialEvents",
            "timeoutSeconds",
            "dryRun",
            "fieldManager",
            "fieldValidation",
            "force",
            "gracePeriodSeconds",
            "propagationPolicy",
            "orphanDependents",
            "preconditions.uid",
            "preconditions.resourceVersion",
            "pretty",
            "includeObject",
            "verbose",
            "exclude",
            "timeout",
            "hash",
            "tailLines",
            "sinceSeconds",
            "sinceTime",
            "container",
            "unknown");
    private static final List<String> VALUES = List.of(
            "",
            "0",
            "-1",
            "1",
            "01",
            "1e9",
            "9223372036854775807",
            "-9223372036854775808",
            "99999999999999999999",
            "true",
            "false",
            "maybe",
            "All",
            "None",
            "Exact",
            "NotOlderThan",
            "Strict",
            "Foreground",
            "Orphan",
            "a=b",
            "a%3D%3Db",
            "a%20in%20(b",
            "a%20in%20()",
            "!",
            "%2C%2C%2C",
            "metadata.name%3Da",
            "spec.nonsense%3D1",
            "a%5C",
            "%ff",
            "%00",
            "%",
            "djEK",
            "x".repeat(2_000),
            "2026-13-45T99:99:99Z",
            "1h",
            "1s",
            "\u00fc");
    private static final List<String> MEDIA = List.of(
            "application/json",
            "application/json; charset=utf-8",
            "application/yaml",
            "application/json-patch+json",
            "application/merge-patch+json",
            "application/strategic-merge-patch+json",
            "application/apply-patch+yaml",
            "application/vnd.kubernetes.protobuf",
            "text/plain",
            "*/*",
            "*/*;q=2",
            "application/json;as=Table;v=v1;g=meta.k8s.io",
            "application/json;as=Table;v=v9;g=meta.k8s.io",
            "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io",
            "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io",
            "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList",
            "application/json;q=abc",
            "/",
            ";;;",
            ",,,",
            "image/png",
            "");
    /// Written with single quotes for double ones.
    private static final List<String> BODIES = List.of(
            "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'m','labels':{'a':'b'}},'data':{'k':'v'}}",
            "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'p'},'spec':{'terminationGracePeriodSeconds':30,"
                    + "'containers':[{'name':'c','image':'i','ports':[{'containerPort':80}],"
                    + "'resources':{'requests':{'cpu':'100m','memory':1}}}],'volumes':[{'name':'v','emptyDir':{}}]}}",
            "{'apiVersion':'apps/v1','kind':'Deployment','metadata':{'name':'d'},'spec':{'replicas':1,"
                    + "'selector':{'matchLabels':{'a':'b'},'matchExpressions':[{'key':'a','operator':'In','values':['b']}]},"
                    + "'strategy':{'type':'RollingUpdate','rollingUpdate':{'maxSurge':'25%','maxUnavailable':1}},"
                    + "'template':{'metadata':{'labels':{'a':'b'}},'spec':{'containers':[{'name':'c','image':'i'}]}}}}",
            "{'apiVersion':'v1','kind':'Service','metadata':{'name':'s'},'spec':{'type':'NodePort','clusterIP':'10.43.1.1',"
                    + "'selector':{'a':'b'},'ports':[{'port':80,'targetPort':'http','nodePort':30080}]}}",
            "{'apiVersion':'v1','kind':'Secret','metadata':{'generateName':'s-'},'data':{'a':'YQ=='},'stringData':{'b':'c'}}",
            "{'apiVersion':'v1','kind':'Namespace','metadata':{'name':'n','finalizers':['a/b']},'spec':{'finalizers':[]}}",
            "{'apiVersion':'v1','kind':'Node','metadata':{'name':'n'},'spec':{'podCIDR':'10.42.3.0/24','taints':[{'key':'a',"
                    + "'effect':'NoSchedule'}]},'status':{'capacity':{'cpu':'4'}}}",
            "{'apiVersion':'coordination.k8s.io/v1','kind':'Lease','metadata':{'name':'l','resourceVersion':'1'},"
                    + "'spec':{'renewTime':'2026-01-01T00:00:00.000000Z','leaseDurationSeconds':40}}",
            "{'apiVersion':'v1','kind':'Event','metadata':{'name':'e','namespace':'default'},'involvedObject':{'kind':'Pod'},"
                    + "'firstTimestamp':'2026-01-01T00:00:00Z','count':3}",
            "{'apiVersion':'autoscaling/v1','kind':'Scale','metadata':{'name':'d'},'spec':{'replicas':3}}",
            "{'apiVersion':'policy/v1','kind':'Eviction','metadata':{'name':'p'},'deleteOptions':{'gracePeriodSeconds':0}}",
            "{'apiVersion':'v1','kind':'Binding','metadata':{'name':'p'},'target':{'kind':'Node','name':'n'}}",
            "{'apiVersion':'authentication.k8s.io/v1','kind':'TokenRequest','spec':{'expirationSeconds':600,"
                    + "'boundObjectRef':{'kind':'Pod','apiVersion':'v1','name':'p'}}}",
            "{'apiVersion':'v1','kind':'DeleteOptions','gracePeriodSeconds':5,'propagationPolicy':'Foreground',"
                    + "'preconditions':{'uid':'u','resourceVersion':'1'},'dryRun':['All']}",
            "[{'op':'add','path':'/data/x','value':'1'},{'op':'test','path':'/metadata/name','value':'m'},"
                    + "{'op':'copy','from':'/metadata','path':'/metadata/annotations'},{'op':'remove','path':'/data/k'}]",
            "{'data':{'k':null,'z':'1'},'metadata':{'annotations':{'a':'b'}}}",
            "{'spec':{'$setElementOrder/containers':[{'name':'c'}],'containers':[{'name':'c','$patch':'replace'}],"
                    + "'$retainKeys':['containers'],'template':{'$patch':'delete'}}}",
            "{}");
    private static final List<String> SCALARS = List.of(
            "null",
            "true",
            "-0",
            "1",
            "-1",
            "1.5",
            "1e999999999",
            "2147483648",
            "9223372036854775807",
            "-9223372036854775808",
            "9".repeat(400),
            "9".repeat(1_500),
            "\"\"",
            "\"\\ud800\"",
            "\"\\u0000\"",
            "\"1e999999999\"",
            "\"1e-999999999\"",
            "\"" + "9".repeat(400) + "Ki\"",
            "\"99999-01-01T00:00:00Z\"",
            "\"300.1.1.1\"",
            "\"None\"",
            "\"" + "x".repeat(300) + "\"",
            "[]",
            "{}",
            "[null]",
            "{\"\":null}",
            "[{}]",
            "[[[[]]]]");

    private static final int BROKEN = 13;
    private static final int UNFRAMED_FIRST = 3;
    private static final int UNFRAMED_LAST = 7;
    /// A read at a revision that lies ahead waits for it, and then is a time-out by right.
    private static final String AHEAD = "resourceVersion=9223372036854775807";

    private final SplittableRandom random;

    /// One request, whole.
    ///
    /// @param framed whether it is told from the next by its own bytes alone, so that more may be sent after it
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Hostile(String method, String target, byte[] bytes, boolean framed) {
        boolean head() {
            return method.equals("HEAD");
        }

        @Override
        public String toString() {
            String text = new String(bytes, StandardCharsets.ISO_8859_1);
            return text.length() > 1_500 ? text.substring(0, 1_500) + "…" : text;
        }
    }

    HostileRequests(long seed) {
        random = new SplittableRandom(seed);
    }

    Hostile next() {
        return random.nextInt(5) == 0 ? broken() : whole();
    }

    // --- requests whose framing is right

    private Hostile whole() {
        String method = random.nextInt(6) == 0 ? any(METHODS) : any(METHODS.subList(0, 6));
        String target = (random.nextInt(3) == 0 ? path() : any(PLACES)) + query();
        byte[] body = random.nextInt(3) == 0 ? new byte[0] : body();
        var head = new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: x\r\n");
        if (random.nextInt(3) > 0) {
            head.append("Content-Type: ").append(media(method)).append("\r\n");
        }
        if (random.nextInt(3) == 0) {
            head.append("Accept: ").append(any(MEDIA)).append("\r\n");
        }
        if (random.nextInt(10) == 0) {
            head.append(any(List.of(
                    "Authorization: Bearer x.y.z\r\n",
                    "Authorization: \r\n",
                    "Accept-Encoding: gzip;q=x, *\r\n",
                    "Expect: 100-continue\r\n",
                    "Expect: 200-ok\r\n",
                    "If-None-Match: *\r\n",
                    "Upgrade: h2c\r\nConnection: Upgrade\r\n",
                    "X-Stream-Protocol-Version: v4.channel.k8s.io\r\n",
                    "Connection: close\r\n")));
        }
        if (random.nextInt(4) == 0 && body.length > 0) {
            return new Hostile(method, target, chunked(head, body), true);
        }
        head.append("Content-Length: ").append(body.length).append("\r\n\r\n");
        return new Hostile(method, target, joined(latin(head.toString()), body), true);
    }

    private String media(String method) {
        return method.equals("PATCH") && random.nextInt(4) > 0 ? any(MEDIA.subList(3, 6)) : any(MEDIA);
    }

    private byte[] chunked(StringBuilder head, byte[] body) {
        byte[] bytes = latin(head.append("Transfer-Encoding: chunked\r\n\r\n").toString());
        int at = 0;
        while (at < body.length) {
            int size = Math.min(body.length - at, 1 + random.nextInt(200));
            bytes = joined(
                    joined(bytes, latin(Integer.toHexString(size) + "\r\n")), Arrays.copyOfRange(body, at, at + size));
            bytes = joined(bytes, latin("\r\n"));
            at += size;
        }
        return joined(bytes, latin("0\r\n\r\n"));
    }

    private String path() {
        var path = new StringBuilder();
        int length = random.nextInt(8);
        for (int i = 0; i < length; i++) {
            path.append('/').append(any(SEGMENTS));
        }
        return path.isEmpty() ? "/" : path.toString();
    }

    private String query() {
        int length = Math.max(0, random.nextInt(6) - 2);
        var parts = new ArrayList<String>();
        for (int i = 0; i < length; i++) {
            String part = any(PARAMETERS) + (random.nextInt(10) == 0 ? "" : "=" + any(VALUES));
            if (!part.equals(AHEAD)) {
                parts.add(part);
            }
        }
        return parts.isEmpty() ? "" : "?" + String.join("&", parts);
    }

    private byte[] body() {
        String text = any(BODIES).replace('\'', '"');
        int changes = random.nextInt(4);
        for (int i = 0; i < changes; i++) {
            text = changed(text);
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (random.nextInt(8) == 0) {
            for (int i = 0; i < 3 && bytes.length > 0; i++) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
        }
        return bytes;
    }

    private String changed(String text) {
        int at = random.nextInt(text.length() + 1);
        return switch (random.nextInt(9)) {
            case 0 -> text.substring(0, at);
            case 1 -> text.substring(0, at) + any(SCALARS) + text.substring(at);
            case 2 -> deep(random.nextInt(2) == 0 ? "[" : "{\"a\":");
            case 3 -> text + text;
            case 4 -> text.replaceFirst("\"name\":", "\"name\":\"twice\",\"name\":");
            case 5 -> text.replaceFirst("\\{", "{\"" + "n".repeat(1 + random.nextInt(70_000)) + "\":1,");
            default -> valueReplaced(text);
        };
    }

    /// Far deeper than anything is meant to nest.
    private String deep(String opening) {
        return opening.repeat(random.nextInt(60_000));
    }

    /// Something else where a value of the document stood.
    private String valueReplaced(String text) {
        var colons = new ArrayList<Integer>();
        for (int i = text.indexOf("\":"); i >= 0; i = text.indexOf("\":", i + 1)) {
            colons.add(i + 2);
        }
        if (colons.isEmpty()) {
            return text;
        }
        int from = any(colons);
        int to = from;
        while (to < text.length() && ",}]".indexOf(text.charAt(to)) < 0) {
            to++;
        }
        return text.substring(0, from) + any(SCALARS) + text.substring(to);
    }

    // --- requests that are no HTTP

    /// All of them end where a head ends, so that the server can judge them without more.
    private Hostile broken() {
        String line = "GET /version HTTP/1.1\r\n";
        int which = random.nextInt(BROKEN);
        String text = switch (which) {
            case 0 -> "GARBAGE\r\n\r\n";
            case 1 -> "GET /version HTTP/9.9\r\nHost: x\r\n\r\n";
            case 2 -> "GET  /version\r\n\r\n";
            case 3 -> "POST /version HTTP/1.1\r\nHost: x\r\nContent-Length: abc\r\n\r\n";
            case 4 -> "POST /version HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n";
            case 5 -> "POST /version HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n";
            case 6 -> "POST /version HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n";
            case 7 -> "POST /version HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n";
            case 8 -> line + "Host: x\r\nnocolon\r\n\r\n";
            case 9 -> line + "Host: x\r\nA\u0000b: c\r\n\r\n";
            case 10 -> line + "Host: x\r\nLong: " + "l".repeat(70_000) + "\r\n\r\n";
            case 11 -> "GET /" + "u".repeat(70_000) + " HTTP/1.1\r\nHost: x\r\n\r\n";
            default -> "\u0016\u0003\u0001" + line + "\r\n";
        };
        boolean framed = which < UNFRAMED_FIRST || which > UNFRAMED_LAST;
        return new Hostile("GET", "/version", latin(text), framed);
    }

    private <T> T any(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    private static byte[] latin(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
