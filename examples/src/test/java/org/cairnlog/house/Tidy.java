// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.house;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;

/** The order of the tree. Each rule returns what breaks it, one line each. */
final class Tidy {
    static final int ROOT_ENTRIES = 17;
    static final int LINE_LENGTH = 120;
    static final String LICENCE = "// SPDX-License-Identifier: Apache-2.0";

    // Split, so that this file does not break its own rules.
    private static final Pattern UNFINISHED = Pattern.compile("\\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b");
    private static final Pattern SKIPPING =
            Pattern.compile("@Disab" + "led|\\bAssum" + "ptions\\b|\\bassum" + "(e|ing)(True|False|That)\\b");
    private static final Pattern SLEEPING =
            Pattern.compile("\\bThread\\.sl" + "eep\\b|\\bTimeUnit\\.\\w+\\.sl" + "eep\\b");
    private static final Set<String> NOT_OURS = Set.of("target");

    private final Tree tree;

    Tidy(Tree tree) {
        this.tree = tree;
    }

    List<String> strayRootEntries() {
        try (var entries = Files.list(tree.root())) {
            List<String> visible = entries.map(entry -> entry.getFileName().toString())
                    .filter(name ->
                            !name.startsWith(".") && !name.startsWith("cairn-demo.db") && !NOT_OURS.contains(name))
                    .sorted()
                    .toList();
            return visible.size() <= ROOT_ENTRIES
                    ? List.of()
                    : List.of(
                            "the root has %d entries, at most %d: %s".formatted(visible.size(), ROOT_ENTRIES, visible));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<String> unusedSql() {
        List<String> findings = new ArrayList<>();
        for (Path sql : tree.files(".sql")) {
            String name = tree.name(sql);
            int resources = name.indexOf("/src/main/resources/");
            if (resources < 0) {
                continue;
            }
            Tree sources = new Tree(tree.at(name.substring(0, resources) + "/src/main/java"));
            String base = sql.getFileName().toString().replaceAll("\\.sql$", "");
            Pattern use = Pattern.compile("[\"/]" + Pattern.quote(base) + "(\\.sql)?\"");
            if (sources.files(".java").stream()
                    .noneMatch(java -> use.matcher(Tree.read(java)).find())) {
                findings.add(name + " is named in no Java source of its module");
            }
        }
        return findings;
    }

    List<String> longOrTabbedLines() {
        return lines(".java", (line, finding) -> {
            // An import cannot be broken.
            if (line.length() > LINE_LENGTH && !line.startsWith("import ")) {
                finding.add("is longer than " + LINE_LENGTH);
            }
            if (line.indexOf('\t') >= 0) {
                finding.add("has a tab");
            }
        });
    }

    List<String> missingLicence() {
        return tree.files(".java").stream()
                .filter(java -> !Tree.read(java).startsWith(LICENCE + "\n"))
                .map(java -> tree.name(java) + " does not begin with " + LICENCE)
                .toList();
    }

    List<String> unfinished() {
        List<String> findings = new ArrayList<>();
        for (String ending : List.of(".java", ".sql", ".xml")) {
            findings.addAll(lines(ending, (line, finding) -> {
                if (UNFINISHED.matcher(line).find()) {
                    finding.add("leaves something to do: do it, or open an issue");
                }
            }));
        }
        return findings;
    }

    List<String> skippedOrSleepingTests() {
        return lines(".java", (line, finding) -> {
                    if (SKIPPING.matcher(line).find()) {
                        finding.add("skips; a test here runs or fails");
                    }
                    if (SLEEPING.matcher(line).find()) {
                        finding.add("sleeps; wait for what the test needs");
                    }
                })
                .stream()
                .filter(finding -> finding.contains("src/test/") || finding.startsWith("testkit/"))
                .toList();
    }

    /** The BOM stands apart from the parent, so its version and list are compared here. */
    List<String> bomOutOfStep() {
        List<String> findings = new ArrayList<>();
        String bom = Tree.read(tree.at("bom/pom.xml"));
        String parent = Tree.read(tree.at("pom.xml"));
        String version = Snippets.version(parent);
        if (!bom.contains("<version>" + version + "</version>")) {
            findings.add("bom/pom.xml is not of version " + version);
        }
        for (String module : Snippets.published(parent)) {
            if (!bom.contains("<artifactId>cairn-" + module + "</artifactId>")) {
                findings.add("bom/pom.xml does not name cairn-" + module);
            }
        }
        return findings;
    }

    private List<String> lines(String ending, BiConsumer<String, List<String>> rule) {
        List<String> findings = new ArrayList<>();
        for (Path file : tree.files(ending)) {
            int number = 0;
            for (String line : Tree.read(file).split("\n", -1)) {
                number++;
                List<String> found = new ArrayList<>();
                rule.accept(line, found);
                for (String what : found) {
                    findings.add("%s:%d %s".formatted(tree.name(file), number, what));
                }
            }
        }
        return findings;
    }
}
