// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.house;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The code blocks of a document. A Java block is quoted from a compiled source, named in the line before it:
 * {@code <!-- quoted from examples/src/test/java/org/cairnlog/examples/FirstTest.java#first -->}, where the
 * source has {@code // tag::first} and {@code // end::first} around the lines. Only the start guide has blocks that
 * are sources themselves: {@code StartGuideTest} compiles them.
 */
final class Snippets {
    private static final Pattern MARKER = Pattern.compile("<!-- quoted from (\\S+?)(?:#(\\S+))? -->");
    private static final Pattern TAG = Pattern.compile("\\s*(//|<!--) ?(tag|end)::\\S+.*");

    private final Tree tree;

    Snippets(Tree tree) {
        this.tree = tree;
    }

    /** What is wrong with the blocks of a document, one line each. */
    List<String> check(Path document) {
        List<String> findings = new ArrayList<>();
        walk(document, findings);
        return findings;
    }

    /** The document with its quotes taken afresh from their sources. */
    String rewrite(Path document) {
        return walk(document, new ArrayList<>());
    }

    private String walk(Path document, List<String> findings) {
        List<String> lines = Tree.read(document).lines().toList();
        List<String> out = new ArrayList<>();
        String marker = "";
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            out.add(line);
            if (!line.startsWith("```")) {
                marker = line.isBlank() ? marker : line;
                continue;
            }
            int end = i + 1;
            while (end < lines.size() && !lines.get(end).equals("```")) {
                end++;
            }
            String place = "%s:%d ".formatted(tree.name(document), i + 1);
            List<String> block = lines.subList(i + 1, Math.min(end, lines.size()));
            out.addAll(block(place, line.substring(3).strip(), marker.strip(), block, findings));
            if (end < lines.size()) {
                out.add("```");
            }
            marker = "";
            i = end;
        }
        return String.join("\n", out) + "\n";
    }

    private List<String> block(
            String place, String language, String marker, List<String> block, List<String> findings) {
        Matcher quoted = MARKER.matcher(marker);
        if (quoted.matches()) {
            List<String> source = quote(place, quoted.group(1), quoted.group(2), findings);
            if (!source.isEmpty() && !source.equals(block)) {
                findings.add(place + "differs from its source " + quoted.group(1)
                        + ": ./cairn docs --write takes it afresh");
            }
            return source.isEmpty() ? block : source;
        }
        boolean followed = place.startsWith(Walkthrough.START + ":") && Walkthrough.namesFile(marker);
        if ((language.equals("java") && !followed)
                || (language.equals("xml") && !String.join("\n", block).contains("org.cairnlog"))) {
            findings.add(place + "dead code block: quote it from a compiled source");
        } else if (language.equals("xml")) {
            findings.addAll(coordinates(place, String.join("\n", block)));
        }
        return block;
    }

    private List<String> quote(String place, String file, String region, List<String> findings) {
        Path source = tree.at(file);
        if (!Files.isRegularFile(source)) {
            findings.add(place + "quotes " + file + ", which does not exist");
            return List.of();
        }
        List<String> lines = Tree.read(source).lines().toList();
        if (region != null) {
            int from = indexOf(lines, "tag::" + region);
            int to = indexOf(lines, "end::" + region);
            if (from < 0 || to < from) {
                findings.add(place + "quotes the region " + region + ", which " + file + " does not have");
                return List.of();
            }
            lines = lines.subList(from + 1, to);
        }
        return unindented(
                lines.stream().filter(line -> !TAG.matcher(line).matches()).toList());
    }

    private static int indexOf(List<String> lines, String tag) {
        Pattern pattern = Pattern.compile("\\s*(//|<!--) ?" + Pattern.quote(tag) + "( -->)?\\s*");
        for (int i = 0; i < lines.size(); i++) {
            if (pattern.matcher(lines.get(i)).matches()) {
                return i;
            }
        }
        return -1;
    }

    private static List<String> unindented(List<String> lines) {
        return String.join("\n", lines).stripIndent().lines().toList();
    }

    /** A POM snippet names artifacts that exist, in the version of this tree. */
    private List<String> coordinates(String place, String xml) {
        List<String> findings = new ArrayList<>();
        String parent = Tree.read(tree.at("pom.xml"));
        List<String> published = new ArrayList<>(published(parent));
        published.add("bom");
        Matcher artifact = Pattern.compile("<groupId>org\\.cairnlog</groupId>\\s*<artifactId>([^<]*)</artifactId>"
                        + "(\\s*<version>([^<]*)</version>)?")
                .matcher(xml);
        while (artifact.find()) {
            String name = artifact.group(1);
            if (!name.startsWith("cairn-") || !published.contains(name.substring(6))) {
                findings.add(place + "names " + name + ", which is not published");
            }
            if (artifact.group(3) != null && !artifact.group(3).equals(version(parent))) {
                findings.add(place + "names version " + artifact.group(3) + ", this is " + version(parent));
            }
        }
        return findings;
    }

    /** The version that a parent POM gives its modules. */
    static String version(String pom) {
        Matcher version = Pattern.compile("<artifactId>cairn-parent</artifactId>\\s*<version>([^<]*)</version>")
                .matcher(pom);
        if (!version.find()) {
            throw new IllegalArgumentException("the parent POM names no version");
        }
        return version.group(1);
    }

    /** The modules whose artifacts are published, in the order of the parent POM; the BOM is apart. */
    static List<String> published(String pom) {
        return Pattern.compile("<module>([^<]*)</module>")
                .matcher(pom)
                .results()
                .map(module -> module.group(1))
                .filter(module -> !List.of("examples", "benchmarks", "bom").contains(module))
                .toList();
    }
}
