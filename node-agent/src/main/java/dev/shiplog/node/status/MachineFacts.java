package dev.shiplog.node.status;

/// What a machine is.
public record MachineFacts(
        String hostName,
        String architecture,
        int cores,
        long memoryBytes,
        long diskBytes,
        String kernel,
        String osImage,
        String machineId,
        String bootId,
        String systemUuid) {}
