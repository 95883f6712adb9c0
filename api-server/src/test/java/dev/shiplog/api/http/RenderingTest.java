package dev.shiplog.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

class RenderingTest {
    private static final String POD = """
            {"kind":"Pod","metadata":{"name":"a","labels":{},"annotations":{"x":"yes: \\"no\\"","n":"012"}},\
            "spec":{"containers":[{"name":"c","args":["-1","","a b"],"ports":[{"containerPort":80}]},{"name":"d"}],\
            "init":[]},"list":[[1,2],[]],"flag":true,"none":null,"many":"a\\nb"}""";

    @Test
    void jsonIsIndentedByTwoSpacesWithASpaceAfterTheColon() throws IOException {
        assertThat(rendered(ApiResponse.Rendering.JSON_INDENTED, "{\"a\":{\"b\":[1,\"x\\\"{,:\"],\"c\":{},\"d\":[]}}"))
                .isEqualTo("""
                        {
                          "a": {
                            "b": [
                              1,
                              "x\\"{,:"
                            ],
                            "c": {},
                            "d": []
                          }
                        }
                        """);
    }

    @Test
    void yamlIsBlockStyle() throws IOException {
        assertThat(rendered(ApiResponse.Rendering.JSON_TO_YAML, POD)).startsWith("""
                        kind: Pod
                        metadata:
                          name: a
                          labels: {}
                          annotations:
                            x: "yes: \\"no\\""
                            "n": "012"
                        spec:
                          containers:
                          - name: c
                            args:
                            - "-1"
                            - ""
                            - "a b"
                            ports:
                            - containerPort: 80
                          - name: d
                          init: []
                        """);
    }

    @Test
    void yamlReadsBackAsWhatItWas() throws IOException {
        Object fromYaml = load(rendered(ApiResponse.Rendering.JSON_TO_YAML, POD));

        assertThat(fromYaml).isEqualTo(load(POD));
    }

    private static Object load(String text) {
        return new Load(LoadSettings.builder().build()).loadFromString(text);
    }

    private static String rendered(ApiResponse.Rendering rendering, String json) throws IOException {
        var out = new ByteArrayOutputStream();
        var full = new ApiResponse.Full(
                200, "", rendering, Headers.NONE, body -> body.write(json.getBytes(StandardCharsets.UTF_8)));
        Renderings.write(full, out);
        return out.toString(StandardCharsets.UTF_8);
    }
}
