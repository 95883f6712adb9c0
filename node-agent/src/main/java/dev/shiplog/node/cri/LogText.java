package dev.shiplog.node.cri;

import java.util.stream.Collectors;

/// The words in a log that a runtime wrote, without its marks.
final class LogText {
    private LogText() {}

    /// @param lines whole lines `time stream tag words`; a first one that is cut is left out
    static String contents(String lines) {
        return lines.lines()
                .map(line -> line.split(" ", 4))
                .filter(words -> words.length == 4 && (words[1].equals("stdout") || words[1].equals("stderr")))
                .map(words -> words[3] + (words[2].startsWith("P") ? "" : "\n"))
                .collect(Collectors.joining());
    }
}
