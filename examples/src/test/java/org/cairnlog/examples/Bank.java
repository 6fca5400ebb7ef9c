// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.examples;

// tag::program
import static org.cairnlog.event.EventData.json;
import static org.cairnlog.log.ExpectedVersion.any;
import static org.cairnlog.log.ExpectedVersion.exactly;

import java.nio.file.Path;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.event.StreamId;
import org.cairnlog.sql.Sqlite;

public final class Bank {
    public static void main(String[] args) {
        var account = StreamId.of("account", "42");
        try (var log = Sqlite.open(Path.of(args[0]))) { // a file, made if it is missing
            log.append(account, any(), json("money-deposited", "100"));

            var history = log.read(account).toList();
            long balance = history.stream().mapToLong(Bank::cents).sum();
            if (balance >= 30) { // decided on this history: if it has grown since, the append throws VersionConflict
                log.append(account, exactly(history.version()), json("money-withdrawn", "30"));
            }
            for (RecordedEvent event : log.read(account)) {
                System.out.println(event.version() + " " + event.type() + " " + cents(event));
            }
        }
    }

    static long cents(RecordedEvent event) {
        return switch (event.type()) {
            case "money-deposited" -> Long.parseLong(event.payloadText());
            case "money-withdrawn" -> -Long.parseLong(event.payloadText());
            default -> 0;
        };
    }
}
// end::program
