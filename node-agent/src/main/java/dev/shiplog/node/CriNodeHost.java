package dev.shiplog.node;

import dev.shiplog.node.containerd.ContainerdPaths;
import dev.shiplog.node.cri.CriClient;
import dev.shiplog.node.cri.CriException;
import dev.shiplog.node.network.Conflist;
import dev.shiplog.node.network.NetworkHost;
import dev.shiplog.node.status.MachineFacts;
import dev.shiplog.node.status.MachineHost;
import dev.shiplog.node.status.NodeReport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How a real node is, and how its pods' network is set up.
final class CriNodeHost implements NodeReporter {
    private static final Logger LOG = LoggerFactory.getLogger(CriNodeHost.class);

    private final NodeSettings settings;
    private final CriClient cri;
    private final ContainerdPaths paths;
    private final MachineFacts machine;
    private final String address;

    CriNodeHost(NodeSettings settings, CriClient cri, ContainerdPaths paths, MachineFacts machine, String address) {
        this.settings = settings;
        this.cri = cri;
        this.paths = paths;
        this.machine = machine;
        this.address = address;
    }

    @Override
    public NodeReport report() {
        List<String> problems = new ArrayList<>();
        List<NodeReport.Stored> images = new ArrayList<>();
        String version = "";
        try {
            version = cri.version();
            cri.conditions().forEach((type, why) -> {
                if (!why.isEmpty()) {
                    problems.add(type + " is false: " + why);
                }
            });
            cri.images().forEach(image -> {
                List<String> names = new ArrayList<>(image.getRepoDigestsList());
                names.addAll(image.getRepoTagsList());
                images.add(new NodeReport.Stored(names, image.getSize()));
            });
        } catch (CriException e) {
            problems.add("the container runtime does not answer: " + e.getMessage());
        }
        try {
            return new NodeReport(
                    settings.nodeName(),
                    machine,
                    address,
                    settings.port(),
                    version,
                    settings.version(),
                    MachineHost.pressure(settings.data()),
                    problems,
                    images);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /// An external runtime has a network of its own.
    @Override
    public void podRange(String range) {
        if (!settings.criEndpoint().isEmpty()) {
            return;
        }
        try {
            NetworkHost.prepare();
            NetworkHost.configure(paths.networks(), new Conflist(settings.bridge(), range, paths.addresses()));
        } catch (IOException e) {
            LOG.error("cannot describe the pods' network: {}", e.getMessage());
        }
    }
}
