// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.log;

import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.cairnlog.event.CairnException;

/**
 * Some of the append's event ids are taken, but the append is not a repeat of one that was stored: other ids are new,
 * or order, streams or types differ. Nothing was stored. Next move: find out why ids are used twice; retrying does not
 * help.
 */
public final class DuplicateIds extends CairnException {
    private static final long serialVersionUID = 1L;

    private final transient Map<UUID, Long> taken;

    /**
     * With the ids that are taken.
     *
     * @param taken where each of them is stored
     */
    public DuplicateIds(Map<UUID, Long> taken) {
        super(
                "Nothing was stored: " + taken.size()
                        + " of the append's event ids are already in the log, for example "
                        + new TreeMap<>(taken).firstEntry().getKey() + " at position "
                        + new TreeMap<>(taken).firstEntry().getValue()
                        + ", but not all of them as one append in the same order, on the same streams and of the same"
                        + " types."
                        + " Give new events new ids, or repeat the first append unchanged.",
                null);
        this.taken = Map.copyOf(taken);
    }

    /**
     * The ids that are taken.
     *
     * @return where each of them is stored
     */
    public Map<UUID, Long> taken() {
        return taken;
    }
}
