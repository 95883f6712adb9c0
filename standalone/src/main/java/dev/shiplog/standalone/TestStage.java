package dev.shiplog.standalone;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/// What one stage of a test run came to, read from the reports that Surefire leaves.
///
/// @param name as it stands in the answer
/// @param failed failures and errors; a stage that could not run counts as one failure
/// @param skipped names of the skipped tests
/// @param failures one line per failure, with what reproduces it
record TestStage(String name, double seconds, int passed, int failed, List<String> skipped, List<String> failures) {

    /// Reads the reports written since `since` below `root`.
    static TestStage read(String name, double seconds, Path root, FileTime since, boolean completed)
            throws IOException {
        int passed = 0;
        int failed = 0;
        var skipped = new ArrayList<String>();
        var failures = new ArrayList<String>();
        for (Path report : reports(root, since)) {
            NodeList cases = parse(report).getElementsByTagName("testcase");
            for (int i = 0; i < cases.getLength(); i++) {
                Element test = (Element) cases.item(i);
                String className = test.getAttribute("classname");
                String testName = "%s#%s"
                        .formatted(className.substring(className.lastIndexOf('.') + 1), test.getAttribute("name"));
                if (test.getElementsByTagName("skipped").getLength() > 0) {
                    skipped.add(testName);
                } else if (test.getElementsByTagName("failure").getLength() > 0
                        || test.getElementsByTagName("error").getLength() > 0) {
                    failed++;
                    failures.add("%s: ./shiplog test --tier full --only '%s'"
                            .formatted(testName, className.substring(className.lastIndexOf('.') + 1)));
                } else {
                    passed++;
                }
            }
        }
        if (!completed && failed == 0) {
            failed = 1;
            failures.add("stage %s did not complete".formatted(name));
        }
        return new TestStage(name, seconds, passed, failed, List.copyOf(skipped), List.copyOf(failures));
    }

    private static List<Path> reports(Path root, FileTime since) throws IOException {
        var reports = new ArrayList<Path>();
        try (Stream<Path> modules = Files.list(root)) {
            for (Path module : modules.toList()) {
                Path directory = module.resolve("target/surefire-reports");
                if (!Files.isDirectory(directory)) {
                    continue;
                }
                try (Stream<Path> files = Files.list(directory)) {
                    for (Path file : files.toList()) {
                        if (file.getFileName().toString().matches("TEST-.*\\.xml")
                                && Files.getLastModifiedTime(file).compareTo(since) >= 0) {
                            reports.add(file);
                        }
                    }
                }
            }
        }
        return reports;
    }

    private static Element parse(Path report) throws IOException {
        try {
            return DocumentBuilderFactory.newDefaultInstance()
                    .newDocumentBuilder()
                    .parse(report.toFile())
                    .getDocumentElement();
        } catch (ParserConfigurationException | SAXException problem) {
            throw new IOException("%s is no Surefire report".formatted(report), problem);
        }
    }
}
