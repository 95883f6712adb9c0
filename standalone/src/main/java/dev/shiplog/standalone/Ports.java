package dev.shiplog.standalone;

/// The ports of one cluster: the documented ones plus an offset.
record Ports(int offset) {
    static final int OFFSET_MAX = 50_000;

    Ports {
        if (offset < 0 || offset > OFFSET_MAX) {
            throw new Stop(
                    ExitCode.USAGE,
                    "--port-offset is %d".formatted(offset),
                    "Give a number from 0 to %d".formatted(OFFSET_MAX));
        }
    }

    int api() {
        return 6443 + offset;
    }

    int kafka() {
        return 9092 + offset;
    }

    int kraft() {
        return 9093 + offset;
    }

    int registry() {
        return 8081 + offset;
    }

    int agent() {
        return 10250 + offset;
    }

    int agentHealth() {
        return 10248 + offset;
    }

    int proxyHealth() {
        return 10256 + offset;
    }

    int schedulerHealth() {
        return 10259 + offset;
    }

    int controllersHealth() {
        return 10257 + offset;
    }

    int storeHealth() {
        return 10260 + offset;
    }
}
