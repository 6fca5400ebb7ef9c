// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The jars carry one fixed time, not that of the build, so the same sources give the same bytes. {@code mvn verify}
 * puts the jars on the class path; {@code mvn test} has only folders there and nothing to look at.
 */
class ReproducibleJarTest {
    private static final LocalDateTime FIXED = fixed();

    @TempDir
    Path folder;

    @Test
    void the_jars_carry_one_fixed_time() throws IOException {
        List<String> strays = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(System.getProperty("path.separator"), -1)) {
            Path path = Path.of(entry);
            if (path.getFileName().toString().startsWith("cairn-") && Files.isRegularFile(path)) {
                strays.addAll(strays(path));
            }
        }
        assertThat(strays).isEmpty();
    }

    @Test
    void a_jar_with_the_time_of_the_build_is_found() throws IOException {
        Path jar = folder.resolve("cairn-a.jar");
        try (OutputStream file = Files.newOutputStream(jar);
                ZipOutputStream zip = new ZipOutputStream(file)) {
            for (LocalDateTime time : Arrays.asList(FIXED, FIXED.plusDays(1))) {
                ZipEntry entry = new ZipEntry(time.toString());
                entry.setTimeLocal(time);
                zip.putNextEntry(entry);
            }
        }
        assertThat(strays(jar)).hasSize(1);
    }

    private static List<String> strays(Path jar) throws IOException {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            return zip.stream()
                    .filter(entry -> !entry.getTimeLocal().equals(FIXED))
                    .map(entry -> jar.getFileName() + " has " + entry + " of " + entry.getTimeLocal())
                    .toList();
        }
    }

    private static LocalDateTime fixed() {
        Matcher time = Pattern.compile("<project.build.outputTimestamp>([^<]*)<")
                .matcher(Tree.read(Tree.ours().at("pom.xml")));
        assertThat(time.find())
                .as("the parent POM fixes project.build.outputTimestamp")
                .isTrue();
        return OffsetDateTime.parse(time.group(1)).toLocalDateTime();
    }
}
