package dev.shiplog.standalone;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shiplog.node.containerd.ContainerdLauncher;
import dev.shiplog.node.containerd.ContainerdPaths;
import dev.shiplog.node.cri.CriClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `shiplog images`: images without a registry.
@Command(
        name = "images",
        description = "Import images into this node, or list those it has.",
        subcommands = {ImagesCommand.Import.class, ImagesCommand.ListImages.class})
final class ImagesCommand {

    @Command(name = "import", description = "Import OCI archives or docker save tars.")
    static final class Import implements Callable<Integer> {
        @Mixin
        private Common common = new Common();

        @Parameters(arity = "1..*", paramLabel = "FILE")
        private List<Path> files = List.of();

        @Override
        public Integer call() throws IOException {
            for (Path file : files) {
                if (!Files.isReadable(file)) {
                    throw new Stop(ExitCode.FAILED, file + " cannot be read", "Name an OCI archive or a docker save tar");
                }
            }
            var imported = new ArrayList<String>();
            ContainerdLauncher containerd = running(common.data());
            try {
                for (Path file : files) {
                    imported.addAll(containerd.importImages(file));
                }
            } finally {
                containerd.release();
            }
            print(common, "imported", imported);
            return ExitCode.DONE.code();
        }
    }

    @Command(name = "list", description = "List the images of this node.")
    static final class ListImages implements Callable<Integer> {
        @Mixin
        private Common common = new Common();

        @Override
        public Integer call() throws IOException {
            ContainerdLauncher containerd = running(common.data());
            try (var client = new CriClient(containerd.endpoint())) {
                print(
                        common,
                        "images",
                        client.images().stream()
                                .flatMap(image -> image.getRepoTagsList().stream())
                                .sorted()
                                .toList());
            } finally {
                containerd.release();
            }
            return ExitCode.DONE.code();
        }
    }

    private static ContainerdLauncher running(Data data) throws IOException {
        ContainerdPaths paths = HostRemains.containerd(data);
        if (ContainerdLauncher.running(paths).isEmpty()) {
            throw new Stop(
                    ExitCode.FAILED,
                    "no containerd of %s runs on this host".formatted(data.directory()),
                    "Start the cluster with ./shiplog up, or name its directory with --data");
        }
        return ContainerdLauncher.start(paths);
    }

    private static void print(Common common, String field, List<String> names) {
        if (common.json) {
            ObjectNode answer = JsonNodeFactory.instance.objectNode();
            ArrayNode list = answer.putArray(field);
            names.forEach(list::add);
            System.out.println(answer);
        } else {
            names.forEach(System.out::println);
        }
    }
}
