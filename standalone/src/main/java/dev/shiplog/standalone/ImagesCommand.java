package dev.shiplog.standalone;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shiplog.node.Images;
import dev.shiplog.node.NodeSettings;
import dev.shiplog.node.containerd.ContainerdLauncher;
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
                    throw new Stop(
                            ExitCode.FAILED, file + " cannot be read", "Name an OCI archive or a docker save tar");
                }
            }
            Images images = images(common.data());
            var imported = new ArrayList<String>();
            for (Path file : files) {
                imported.addAll(images.importArchive(file));
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
            print(
                    common,
                    "images",
                    images(common.data()).list().stream()
                            .flatMap(image -> image.names().stream())
                            .sorted()
                            .toList());
            return ExitCode.DONE.code();
        }
    }

    private static Images images(Data data) {
        if (ContainerdLauncher.running(HostRemains.containerd(data)).isEmpty()) {
            throw new Stop(
                    ExitCode.FAILED,
                    "no containerd of %s runs on this host".formatted(data.directory()),
                    "Start the cluster with ./shiplog up, or name its directory with --data");
        }
        return new Images(data.directory(), NodeSettings.RUN);
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
