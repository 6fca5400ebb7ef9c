// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportVerbTest {
    @TempDir
    Path folder;

    private Cairn cairn;

    @BeforeEach
    void begin() throws IOException {
        cairn = new Cairn(folder);
        History history = History.plain(folder.resolve("h"), 40, 50);
        cairn.run("import", history.file.toString(), "--atomic-by", "commit").ok();
    }

    @Test
    void what_was_imported_is_exported_as_it_was() throws IOException {
        assertThat(cairn.run("export").ok().out()).isEqualTo(Files.readString(folder.resolve("h")));
    }

    @Test
    void export_import_export_is_byte_identical_also_for_events_that_were_never_imported() throws IOException {
        cairn.run("append", "a/é b", "t", "--tag", "x y", "--meta", "Key=1", "--meta", "n:=2.5", "--baseline")
                .ok();
        cairn.run("append", "a/1", "t", "--data", "text", "--content-type", "text/plain", "--schema-version", "2")
                .ok();
        Path first = folder.resolve("first.gz");
        Path second = folder.resolve("second.gz");
        assertThat(cairn.run("export", "--out", first.toString()).ok().err()).startsWith("Exported ");
        var other = cairn.on("other.db");
        other.run("import", first.toString()).ok();
        other.run("export", "--out", second.toString(), "--json").ok();
        assertThat(second).hasSameBinaryContentAs(first);
        other.run("import", first.toString()).ok();
        assertThat(other.run("export").ok().out())
                .isEqualTo(cairn.run("export").ok().out());
    }

    @Test
    void a_file_is_written_whole_or_not_at_all_and_not_over_another() throws IOException {
        Path file = Files.writeString(folder.resolve("there"), "mine");
        cairn.run("export", "--out", file.toString())
                .fails(2, "--out " + file + ": the file exists; choose another name, or give --overwrite");
        assertThat(file).hasContent("mine");
        cairn.run("export", "--out", file.toString(), "--overwrite").ok();
        assertThat(file).hasSameTextualContentAs(folder.resolve("h"));
        cairn.run("export", "--out", folder.toString()).failsLike(2, "--out .*: that is a folder; .*");
        cairn.run("export", "--out", folder + "/no/x").failsLike(2, "the export could not be written: .*");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(Path::toString)).noneMatch(name -> name.endsWith(".part"));
        }
    }

    @Test
    void what_cannot_be_exported_is_counted() {
        cairn.run("append", "gone/1", "t").ok();
        cairn.run("delete", "gone/1", "--reason", "x").ok();
        assertThat(cairn.run("export").ok().err())
                .endsWith("; left out: 1 husk of removed events and 1 event of Cairn's own\n");
    }
}
