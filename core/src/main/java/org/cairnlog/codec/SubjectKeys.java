// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.codec;

import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.cairnlog.event.EventData;
import org.cairnlog.event.EventIds;

/**
 * The keys of the people, or other subjects, that events tell something personal about: one each. Destroying a key
 * makes everything that was sealed with it unreadable, wherever there is a copy of it. Safe for use by many threads.
 *
 * <p>What a subject is called stays readable. So let it be a number that means nothing by itself, and not a name.
 */
public interface SubjectKeys {
    /**
     * The key of a subject, made if there has been none.
     *
     * @param subject what the subject is called, for example {@code customer:42}; as long as the id of a stream
     * @return the key; the same every time
     * @throws SubjectForgotten if the subject has been forgotten
     */
    SubjectKey of(String subject);

    /**
     * The key that something was sealed with.
     *
     * @param id what the key is called in the sealed field
     * @return the key; nothing if its subject has been forgotten
     * @throws IllegalStateException if there has never been such a key, so that these are not the keys of this log
     */
    Optional<SubjectKey> find(UUID id);

    /**
     * Destroys the key of a subject for ever, and lets it have no other. Forgetting again does nothing; neither does it
     * matter whether there has been a key.
     *
     * @param subject what the subject is called
     */
    void forget(String subject);

    /**
     * Destroys the key of a subject and has the fact appended, so that read models forget too. If it is interrupted,
     * do it again: the fact has an id of its subject's own, so it is stored once.
     *
     * @param subject what the subject is called
     * @param fact an event that says so, which names the subject and nothing personal
     * @param append appends it, to a stream that those who must react to it read
     */
    default void forget(String subject, EventData fact, Consumer<EventData> append) {
        forget(subject);
        append.accept(fact.withId(EventIds.named("$forgotten", subject)));
    }

    /**
     * Keys that live and die with this process, for tests.
     *
     * @return no keys yet
     */
    static SubjectKeys inMemory() {
        return new MemorySubjectKeys();
    }

    /**
     * No keys at all, for a reader that is not to see anything personal: every subject seems forgotten.
     *
     * @return finds nothing and refuses to seal
     */
    static SubjectKeys none() {
        return NoSubjectKeys.NONE;
    }
}
