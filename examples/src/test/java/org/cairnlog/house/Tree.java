// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.house;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The files of a source tree, without what builds and tools leave in it. */
record Tree(Path root) {
    private static final Set<String> LEFT_OUT = Set.of("target", ".git", ".idea", ".vscode", ".settings");

    /** The tree that this test was built from. */
    static Tree ours() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("bom/pom.xml"))) {
            folder = folder.getParent();
        }
        return new Tree(folder);
    }

    /** All files whose name ends so, sorted. */
    List<Path> files(String ending) {
        List<Path> found = new ArrayList<>();
        try {
            Files.walkFileTree(root, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                    return LEFT_OUT.contains(folder.getFileName().toString())
                            ? FileVisitResult.SKIP_SUBTREE
                            : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    if (file.toString().endsWith(ending)) {
                        found.add(file);
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found.stream().sorted().toList();
    }

    /** The file's path from the root, with slashes on every system. */
    String name(Path file) {
        return root.relativize(file).toString().replace('\\', '/');
    }

    Path at(String name) {
        return root.resolve(name);
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void write(Path file, String text) {
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
