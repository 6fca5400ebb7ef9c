// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** That an acknowledgement comes after the sync of what it acknowledges, seen in the system calls of a child. */
class SqliteSyncTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"1, 60", "8, 30"})
    void no_acknowledgement_comes_before_the_sync_of_its_event(int clients, int appends) throws Exception {
        if (Strace.isLeftOut("the proof that no acknowledgement comes before its sync")) {
            return;
        }
        Strace.Order order = trace(clients, appends, "FULL");
        assertThat(order.acknowledged()).isEqualTo(clients * appends);
        assertThat(order.tooEarly()).isEmpty();
        assertThat(order.syncs()).isPositive();
    }

    @ParameterizedTest
    @CsvSource({"1, 20, OFF", "8, 10, OFF", "1, 20, NORMAL"})
    void the_same_check_notices_a_log_that_does_not_wait_for_the_disk(int clients, int appends, String synchronous)
            throws Exception {
        if (Strace.isLeftOut("the proof that the check of syncs notices their absence")) {
            return;
        }
        Strace.Order order = trace(clients, appends, synchronous);
        assertThat(order.acknowledged()).isEqualTo(clients * appends);
        assertThat(order.tooEarly()).hasSizeGreaterThan(clients * appends / 2);
    }

    private Strace.Order trace(int clients, int appends, String synchronous) throws Exception {
        var strace = new Strace(folder)
                .with("-e", "trace=pwrite64,pwritev,pwritev2,write,writev,fsync,fdatasync,msync,sync_file_range");
        List<String> said = strace.run(
                Child.command(folder, MarkingChild.class, folder.resolve("log.db"), clients, appends, synchronous));
        assertThat(said).allMatch(line -> line.startsWith("ACK "));
        Strace.Order order = strace.order();
        System.out.println("syncs, synchronous=" + synchronous + ", " + clients + " clients: " + order.acknowledged()
                + " acknowledgements, " + order.syncs() + " syncs, "
                + order.tooEarly().size() + " acknowledged too early");
        return order;
    }
}
