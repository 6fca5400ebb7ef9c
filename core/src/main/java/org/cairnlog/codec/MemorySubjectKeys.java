// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.codec;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.cairnlog.event.Limits;
import org.jspecify.annotations.Nullable;

/** Subjects to keys; a forgotten subject, and the id of its key, stay with nothing behind them. */
final class MemorySubjectKeys implements SubjectKeys {
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Optional<SubjectKey>> bySubject = new HashMap<>();
    private final Map<UUID, Optional<SubjectKey>> byId = new HashMap<>();

    @Override
    public SubjectKey of(String subject) {
        Limits.text("subject", subject, Limits.STANDARD.streamIdBytes());
        return locked(() -> {
                    Optional<SubjectKey> key =
                            bySubject.computeIfAbsent(subject, made -> Optional.of(SubjectKey.create()));
                    key.ifPresent(known -> byId.put(known.id(), key));
                    return key;
                })
                .orElseThrow(() -> new SubjectForgotten(subject));
    }

    @Override
    public Optional<SubjectKey> find(UUID id) {
        Optional<SubjectKey> key = locked(() -> byId.get(id));
        if (key == null) {
            throw new IllegalStateException(
                    "There has never been a key " + id + "; these are the keys of another log.");
        }
        return key;
    }

    @Override
    public void forget(String subject) {
        Limits.text("subject", subject, Limits.STANDARD.streamIdBytes());
        locked(() -> {
            Optional<SubjectKey> key = bySubject.put(subject, Optional.empty());
            if (key != null && key.isPresent()) {
                byId.put(key.get().id(), Optional.empty());
            }
            return Optional.empty();
        });
    }

    private <T extends @Nullable Object> T locked(Supplier<T> work) {
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }
}
