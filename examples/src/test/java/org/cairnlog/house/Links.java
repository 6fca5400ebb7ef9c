// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.house;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a document points at: links, anchors, and the files, types and tests that it names in backticks. */
final class Links {
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)(?:\\s+\"[^\"]*\")?\\)");
    private static final Pattern CODE = Pattern.compile("`([^`\n]+)`");
    private static final Pattern FILE = Pattern.compile("(?:[\\w.-]+/)*[\\w.-]+\\.(?:java|sql|md|xml|txt)");
    /** Names that only types of this tree have, with a member behind a dot or a hash. */
    private static final Pattern TYPE =
            Pattern.compile("([A-Z]\\w*(?:Test|Contract|Mutants?|EventLog))(?:[.#](\\w+)(?:\\(.*\\))?)?");

    private final Tree tree;
    private final Map<String, Path> byFileName = new HashMap<>();

    Links(Tree tree) {
        this.tree = tree;
        for (Path file : tree.files("")) {
            byFileName.putIfAbsent(file.getFileName().toString(), file);
        }
    }

    List<String> check(Path document) {
        List<String> findings = new ArrayList<>();
        int number = 0;
        boolean block = false;
        for (String line : Tree.read(document).split("\n", -1)) {
            number++;
            block ^= line.startsWith("```");
            if (!block) {
                String place = "%s:%d ".formatted(tree.name(document), number);
                line = names(line, document, place, findings);
                links(line, document, place, findings);
            }
        }
        return findings;
    }

    /** Checks what stands in backticks and returns the line without it. */
    private String names(String line, Path document, String place, List<String> findings) {
        Matcher code = CODE.matcher(line);
        while (code.find()) {
            String name = code.group(1);
            if (FILE.matcher(name).matches() && !exists(name, document)) {
                findings.add(place + "names the file " + name + ", which does not exist");
            }
            Matcher type = TYPE.matcher(name);
            if (type.matches()) {
                Path source = byFileName.get(type.group(1) + ".java");
                if (source == null) {
                    findings.add(place + "names the type " + type.group(1) + ", which does not exist");
                } else if (type.group(2) != null
                        && !Pattern.compile("\\b" + type.group(2) + "\\b")
                                .matcher(Tree.read(source))
                                .find()) {
                    findings.add(place + "names " + name + ", which " + tree.name(source) + " does not have");
                }
            }
        }
        return code.replaceAll("");
    }

    private boolean exists(String name, Path document) {
        return Files.exists(tree.at(name))
                || Files.exists(document.resolveSibling(name))
                || (!name.contains("/") && byFileName.containsKey(name))
                || (name.contains("/") && tree.files("/" + name).size() == 1);
    }

    private void links(String line, Path document, String place, List<String> findings) {
        Matcher link = LINK.matcher(line);
        while (link.find()) {
            String target = link.group(1);
            if (target.matches("[a-z][a-z0-9+.-]*:.*")) {
                continue;
            }
            String[] parts = target.split("#", 2);
            Path file = parts[0].isEmpty() ? document : document.resolveSibling(parts[0]);
            if (!Files.exists(file)) {
                findings.add(place + "links to " + parts[0] + ", which does not exist");
            } else if (parts.length == 2 && !anchors(file).contains(parts[1])) {
                findings.add(place + "links to " + target + ", where that heading does not exist");
            }
        }
    }

    /** The anchors of a document's headings, as GitHub makes them. */
    static List<String> anchors(Path document) {
        List<String> anchors = new ArrayList<>();
        boolean block = false;
        for (String line : Tree.read(document).split("\n", -1)) {
            block ^= line.startsWith("```");
            if (!block && line.matches("#{1,6} .*")) {
                String anchor = line.replaceFirst("#+ +", "")
                        .strip()
                        .replaceAll("\\[([^\\]]*)\\]\\([^)]*\\)", "$1")
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N}\\s_-]", "")
                        .replaceAll("\\s", "-");
                String first = anchor;
                for (int i = 1; anchors.contains(anchor); i++) {
                    anchor = first + "-" + i;
                }
                anchors.add(anchor);
            }
        }
        return anchors;
    }
}
