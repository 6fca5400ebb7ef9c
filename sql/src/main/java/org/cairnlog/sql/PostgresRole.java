// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

/** What a database user may do with the logs of a schema. A service that reads and appends has both roles. */
public enum PostgresRole {
    /** May append and label, and make keys of subjects, through Cairn's functions only: no right on any table. */
    APPENDER("grant-appender.sql"),

    /** May read, find keys of subjects, and keep checkpoints, leases and parked events. */
    CONSUMER("grant-consumer.sql"),

    /** May read, remove, restore, verify, and forget subjects. */
    MAINTAINER("grant-maintainer.sql");

    private final String file;

    PostgresRole(String file) {
        this.file = file;
    }

    String file() {
        return file;
    }
}
