package dev.shiplog.standalone;

import java.io.IOException;
import java.nio.file.Files;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `shiplog kubeconfig`: the administrator's.
@Command(name = "kubeconfig", description = "Print the administrator's kubeconfig.")
final class KubeconfigCommand implements Callable<Integer> {
    @Mixin
    private Common common = new Common();

    @Override
    public Integer call() {
        Data data = common.data();
        try {
            System.out.print(Files.readString(data.adminKubeconfig()));
            return ExitCode.DONE.code();
        } catch (IOException _) {
            throw new Stop(
                    ExitCode.FAILED,
                    data.adminKubeconfig() + " does not exist or is not yours",
                    "Start the cluster with ./shiplog up, or name its directory with --data");
        }
    }
}
