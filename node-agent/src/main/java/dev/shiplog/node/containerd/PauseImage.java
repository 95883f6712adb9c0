package dev.shiplog.node.containerd;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/// The image of the process that holds a pod's namespaces open, made here because no registry need be reachable.
///
/// Its only file is a program of a few instructions: ignore SIGCHLD, so that the kernel buries the orphans of a shared
/// process namespace; then pause for ever.
public final class PauseImage {
    public static final String REFERENCE = "localhost/shiplog-pause:1";

    private static final long BASE = 0x400000;
    private static final int HEADER_BYTES = 64;
    private static final int PROGRAM_HEADER_BYTES = 56;
    private static final int MACHINE_X86_64 = 62;
    private static final int MACHINE_AARCH64 = 183;

    private PauseImage() {}

    /// The image as an archive.
    ///
    /// @param osArch the system property `os.arch`
    public static byte[] archive(String osArch) {
        String architecture = OciArchive.architecture(osArch);
        return OciArchive.of(
                REFERENCE,
                new OciArchive.Config(architecture, List.of("/pause"), List.of(), List.of()),
                List.of(OciArchive.Entry.file("pause", 0755, program(architecture))));
    }

    static byte[] program(String architecture) {
        return switch (architecture) {
            case "amd64" -> elf(MACHINE_X86_64, x86());
            case "arm64" -> elf(MACHINE_AARCH64, arm());
            default -> throw new IllegalArgumentException("no pause program for " + architecture);
        };
    }

    private static byte[] elf(int machine, byte[] code) {
        int size = HEADER_BYTES + PROGRAM_HEADER_BYTES + code.length;
        var file = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        file.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0});
        file.putShort((short) 2).putShort((short) machine).putInt(1); // executable, machine, version
        file.putLong(BASE + HEADER_BYTES + PROGRAM_HEADER_BYTES); // entry
        file.putLong(HEADER_BYTES).putLong(0).putInt(0); // program headers, no sections, flags
        file.putShort((short) HEADER_BYTES)
                .putShort((short) PROGRAM_HEADER_BYTES)
                .putShort((short) 1);
        file.putShort((short) 0).putShort((short) 0).putShort((short) 0);
        file.putInt(1).putInt(5); // load, readable and executable
        file.putLong(0).putLong(BASE).putLong(BASE);
        file.putLong(size).putLong(size).putLong(0x1000);
        return file.put(code).array();
    }

    /// rt_sigaction(SIGCHLD, &ignore, NULL, 8); for (;;) pause();
    private static byte[] x86() {
        var code = ByteBuffer.allocate(38 + 32).order(ByteOrder.LITTLE_ENDIAN);
        code.put((byte) 0xb8).putInt(13); // mov eax, rt_sigaction
        code.put((byte) 0xbf).putInt(17); // mov edi, SIGCHLD
        code.put(new byte[] {0x48, (byte) 0x8d, 0x35}).putInt(38 - 17); // lea rsi, [rip + to the action]
        code.put(new byte[] {0x31, (byte) 0xd2}); // xor edx, edx
        code.put(new byte[] {0x41, (byte) 0xba}).putInt(8); // mov r10d, 8
        code.put(new byte[] {0x0f, 0x05}); // syscall
        code.put((byte) 0xb8).putInt(34); // mov eax, pause
        code.put(new byte[] {0x0f, 0x05}); // syscall
        code.put(new byte[] {(byte) 0xeb, (byte) 0xf7}); // jmp to mov eax, pause
        code.position(38);
        return code.putLong(1).putLong(0).putLong(0).putLong(0).array(); // SIG_IGN, no flags
    }

    /// The same with ppoll(NULL, 0, NULL, NULL), as this machine has no pause.
    private static byte[] arm() {
        var code = ByteBuffer.allocate(14 * 4 + 32).order(ByteOrder.LITTLE_ENDIAN);
        code.putInt(move(8, 134)).putInt(move(0, 17));
        code.putInt(0x10000000 | ((56 - 8) >> 2 << 5) | 1); // adr x1, the action
        code.putInt(move(2, 0)).putInt(move(3, 8)).putInt(0xd4000001); // svc
        code.putInt(move(8, 73)).putInt(move(0, 0)).putInt(move(1, 0)).putInt(move(2, 0));
        code.putInt(move(3, 0)).putInt(move(4, 0)).putInt(0xd4000001);
        code.putInt(0x14000000 | (-7 & 0x3ffffff)); // b, back to the move of 73
        return code.putLong(1).putLong(0).putLong(0).putLong(0).array();
    }

    private static int move(int register, int value) {
        return 0xd2800000 | value << 5 | register;
    }
}
