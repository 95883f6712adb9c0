package dev.shiplog.node.status;

/// What a machine has left.
public record Pressure(long memoryFreeBytes, long diskFreeBytes, long diskBytes, long processes, long processesMax) {
    public static final Pressure NONE = new Pressure(Long.MAX_VALUE, 1, 1, 0, 1);

    private static final long MEMORY_FREE_BYTES_MIN = 100L << 20;
    private static final int DISK_FREE_PERCENT_MIN = 10;
    private static final int PROCESSES_PERCENT_MAX = 95;

    boolean memory() {
        return memoryFreeBytes < MEMORY_FREE_BYTES_MIN;
    }

    boolean disk() {
        return diskFreeBytes * 100 < diskBytes * DISK_FREE_PERCENT_MIN;
    }

    boolean pids() {
        return processes * 100 > processesMax * PROCESSES_PERCENT_MAX;
    }
}
