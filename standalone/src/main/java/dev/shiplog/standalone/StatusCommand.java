package dev.shiplog.standalone;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `shiplog status`: what runs here.
@Command(name = "status", description = "Print what runs here, as JSON.")
final class StatusCommand implements Callable<Integer> {
    @Mixin
    private Common common = new Common();

    @Override
    public Integer call() {
        Data data = common.data();
        List<ObjectNode> living = new Processes(data).living();
        if (living.isEmpty()) {
            System.out.println(JsonNodeFactory.instance.objectNode().put("running", false));
            return ExitCode.FAILED.code();
        }
        ObjectNode status = Processes.merged(living, data.directory());
        System.out.println(common.json ? status.toString() : status.toPrettyString());
        return ExitCode.DONE.code();
    }
}
