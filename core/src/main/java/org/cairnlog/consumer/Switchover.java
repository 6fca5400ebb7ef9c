// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.consumer;

import java.sql.Connection;
import java.util.List;
import org.cairnlog.codec.DecodedEvent;
import org.jspecify.annotations.Nullable;

/** How a generation of a read model becomes the one that readers see: all of it in one transaction. */
interface Switchover<E> {
    /** Holds up the other generation, and gives what is still to be handled to be where that one is. */
    List<List<DecodedEvent<E>>> rest(@Nullable Connection connection) throws NotLevel;

    /** Makes this the active generation, at the place of the other one. */
    void commit(@Nullable Connection connection);
}
