// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.house;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/**
 * A local Maven repository that holds what this build has made, as an installation would leave it, and of others'
 * artifacts what the user's own repository holds, by links into it. That one gets what Maven downloads, as always, and
 * nothing of Cairn's.
 */
record Installation(Path repository) {
    private static final String GROUP = "cairnlog";
    private static final List<String> JARS = List.of("core", "jackson", "sql", "testkit");

    /** Makes the repository in a folder, or brings it up to date; the folder may outlive the build. */
    static Installation in(Path folder, Tree tree) {
        Path users =
                Path.of(System.getProperty("localRepository", System.getProperty("user.home") + "/.m2/repository"));
        try {
            Files.createDirectories(folder.resolve("org"));
            link(users, folder, "org");
            link(users.resolve("org"), folder.resolve("org"), GROUP);
            String version = Snippets.version(Tree.read(tree.at("pom.xml")));
            pom(tree.at("pom.xml"), folder, "cairn-parent", version);
            for (String module : JARS) {
                Path place = pom(tree.at(module + "/pom.xml"), folder, "cairn-" + module, version);
                jar(tree, module, place.resolve("cairn-" + module + "-" + version + ".jar"));
            }
            return new Installation(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void link(Path from, Path to, String except) throws IOException {
        try (Stream<Path> entries = Files.list(from)) {
            for (Path entry : entries.toList()) {
                Path link = to.resolve(entry.getFileName());
                if (!entry.endsWith(except) && !Files.exists(link, LinkOption.NOFOLLOW_LINKS)) {
                    Files.createSymbolicLink(link, entry);
                }
            }
        }
    }

    private static Path pom(Path pom, Path folder, String artifact, String version) throws IOException {
        Path place = Files.createDirectories(
                folder.resolve("org").resolve(GROUP).resolve(artifact).resolve(version));
        Files.copy(pom, place.resolve(artifact + "-" + version + ".pom"), StandardCopyOption.REPLACE_EXISTING);
        return place;
    }

    /** The jar that {@code mvn verify} has put on the class path, or one of the classes that {@code mvn test} has. */
    private static void jar(Tree tree, String module, Path jar) throws IOException {
        for (String entry : System.getProperty("java.class.path").split(System.getProperty("path.separator"), -1)) {
            Path made = Path.of(entry);
            if (made.endsWith(jar.getFileName())) {
                Files.copy(made, jar, StandardCopyOption.REPLACE_EXISTING);
                return;
            }
            if (made.startsWith(tree.at(module)) && made.endsWith("classes")) {
                pack(made, jar);
                return;
            }
        }
        throw new IllegalStateException("cairn-" + module + " is not on the class path");
    }

    private static void pack(Path classes, Path jar) throws IOException {
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream zip = new JarOutputStream(file);
                Stream<Path> all = Files.walk(classes)) {
            for (Path one : all.filter(Files::isRegularFile).toList()) {
                zip.putNextEntry(new JarEntry(classes.relativize(one).toString().replace('\\', '/')));
                Files.copy(one, zip);
            }
        }
    }
}
