// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql.servers;

import java.io.IOException;

/** Starts a server, says where, and waits for the end of its input: whoever starts it may kill it. */
final class ServerChild {
    private ServerChild() {}

    public static void main(String... arguments) throws IOException {
        PostgresServer server = PostgresServer.start(PostgresBinaries.newest());
        System.out.println(server.pid() + " " + server.folder());
        while (System.in.read() >= 0) {
            continue;
        }
    }
}
