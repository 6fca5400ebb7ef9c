// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.cairnlog.event.EventData.json;
import static org.cairnlog.log.ExpectedVersion.any;
import static org.cairnlog.log.ExpectedVersion.deletedAt;
import static org.cairnlog.log.ExpectedVersion.exactly;
import static org.cairnlog.log.ExpectedVersion.exists;
import static org.cairnlog.log.ExpectedVersion.noStream;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.cairnlog.event.CairnException;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.Append;
import org.cairnlog.log.AtomicEventLog;
import org.cairnlog.log.ExpectedVersion;
import org.cairnlog.log.LogMaintenance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The table of expectations in docs/decisions.md, cell by cell, as a write and as a guard. */
class DecisionsTest {
    private static final Map<String, ExpectedVersion> EXPECTATIONS = Map.of(
            "any()", any(),
            "noStream()", noStream(),
            "exists()", exists(),
            "exactly(0)", exactly(0),
            "exactly(2)", exactly(2),
            "exactly(3)", exactly(3),
            "deletedAt(3)", deletedAt(3));

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void the_table_of_expectations_is_true(Store store) throws IOException {
        List<String> documented = Files.readAllLines(decisions()).stream()
                .filter(line -> line.startsWith("| `"))
                .toList();
        List<String> found = new ArrayList<>();
        Path file = folder.resolve("a.db");
        try (AtomicEventLog log = store.open(file);
                LogMaintenance maintenance = store.maintenance(log, file)) {
            int row = 0;
            for (String line : documented) {
                String name = line.split("`", -1)[1];
                var cells = new StringBuilder("| `" + name + "` |");
                for (String state : List.of("unknown", "existing", "emptied", "deleted")) {
                    StreamId written = prepared(log, maintenance, state, state + row);
                    StreamId guarded = prepared(log, maintenance, state, state + row + "-guarded");
                    StreamId other = StreamId.of("other", state + row);
                    ExpectedVersion expected = EXPECTATIONS.get(name);
                    assertThat(expected).as(name).isNotNull();

                    String write = outcome(() -> log.append(written, expected, json("changed", "{}")));
                    String guard = outcome(() -> log.append(
                            Append.to(other, any(), json("changed", "{}")).guard(guarded, expected)));
                    assertThat(guard).as("guard " + name + " on " + guarded).isEqualTo(write);
                    cells.append(" ").append(write).append(" |");
                }
                found.add(cells.toString());
                row++;
            }
        }
        assertThat(found).hasSize(EXPECTATIONS.size()).isEqualTo(documented);
    }

    private static StreamId prepared(AtomicEventLog log, LogMaintenance maintenance, String state, String id) {
        StreamId stream = StreamId.of("state", id);
        int events = switch (state) {
            case "unknown" -> 0;
            case "deleted" -> 2; // and the one that deletes
            default -> 3;
        };
        for (int i = 0; i < events; i++) {
            log.append(stream, any(), json("changed", "{}"));
        }
        if (state.equals("emptied")) {
            maintenance.truncateWithoutBaseline(stream, 4, "test");
        } else if (state.equals("deleted")) {
            maintenance.delete(stream, exactly(2), "test");
        }
        return stream;
    }

    private static String outcome(Runnable append) {
        try {
            append.run();
            return "stored";
        } catch (CairnException e) {
            return "`" + e.getClass().getSimpleName() + "`";
        }
    }

    private static Path decisions() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("docs/decisions.md"))) {
            folder = folder.getParent();
        }
        return folder.resolve("docs/decisions.md");
    }
}
