// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.benchmarks;

/** What every event store can do, over one that is measured beside Cairn. Safe for use by many threads. */
interface PeerStore extends AutoCloseable {
    /** Appends so many events to a stream whose version the caller knows; durable when it returns. */
    void append(Events.Place place, int events) throws Exception;

    /** Reads a stream; how many events it has. */
    int read(Events.Place place) throws Exception;

    /** Reads everything in the store's own order; how many events there are. */
    int readAll() throws Exception;

    /** How many events are stored. */
    long stored() throws Exception;
}
