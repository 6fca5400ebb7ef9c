// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.zip.CRC32C;
import org.cairnlog.event.EventData;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.event.StoredEntry;
import org.cairnlog.log.Appended;
import org.cairnlog.log.AtomicEventLog;
import org.cairnlog.log.BaselineMissing;
import org.cairnlog.log.ConditionFailed;
import org.cairnlog.log.Cursor;
import org.cairnlog.log.CursorFromAnotherHistory;
import org.cairnlog.log.DuplicateIds;
import org.cairnlog.log.HistoryRemoved;
import org.cairnlog.log.LogEvents;
import org.cairnlog.log.LogMaintenance;
import org.cairnlog.log.LogRestore;
import org.cairnlog.log.LogUnavailable;
import org.cairnlog.log.LogUnusable;
import org.cairnlog.log.NoSuchStream;
import org.cairnlog.log.StreamDeleted;
import org.cairnlog.log.StreamEvents;
import org.cairnlog.log.StreamInfo;
import org.cairnlog.log.VersionConflict;
import org.jspecify.annotations.Nullable;

/**
 * One of the two logs that a {@link ModelRun} compares: its log, the cursors that it gave, and its answers as texts. In
 * these the ids that each log makes itself are replaced, so that two logs can be equal.
 */
final class ModelSide {
    private static final int LONGEST_PAYLOAD = 24;

    /** An empty log of the same kind, to be filled with this one's history. */
    interface Second {
        LogRestore restore();

        AtomicEventLog log();

        LogMaintenance maintenance();
    }

    final List<Cursor> kept = new ArrayList<>();
    private final Supplier<? extends AtomicEventLog> log;
    private final Supplier<? extends LogMaintenance> maintenance;
    private final Second second;
    private final UUID logId;
    private final Set<UUID> known;

    /**
     * A side.
     *
     * @param log the log, asked for at each use because it may have been opened again
     * @param maintenance the same for removal
     * @param second the log that is filled at the end
     * @param known the ids that did not come from either log
     */
    ModelSide(
            Supplier<? extends AtomicEventLog> log,
            Supplier<? extends LogMaintenance> maintenance,
            Second second,
            Set<UUID> known) {
        this.log = log;
        this.logId = log.get().id();
        this.maintenance = maintenance;
        this.second = second;
        this.known = known;
    }

    AtomicEventLog log() {
        return log.get();
    }

    LogMaintenance maintenance() {
        return maintenance.get();
    }

    LogRestore restore() {
        return second.restore();
    }

    AtomicEventLog restored() {
        return second.log();
    }

    LogMaintenance restoredMaintenance() {
        return second.maintenance();
    }

    Cursor keep(Cursor cursor) {
        kept.add(cursor);
        return cursor;
    }

    String text(@Nullable Object value) {
        return switch (value) {
            case null -> "null";
            case String text -> text;
            case RuntimeException e -> exception(e);
            case Cursor cursor -> cursor(cursor);
            case Appended a ->
                (a.repeated() ? "repeated " : "stored ") + a.firstPosition() + " to " + cursor(a.cursor()) + " "
                        + new TreeMap<>(a.versions());
            case StreamEvents events -> "version " + events.version() + all(events);
            case LogEvents events ->
                "up to " + cursor(events.cursor()) + ", " + events.husks() + " husks" + all(events);
            case StoredEntry entry -> entry(entry);
            case StreamInfo info ->
                info.stream() + " version " + info.version() + " created " + info.createdAt() + " changed "
                        + info.changedAt() + " removed before " + info.removedBefore()
                        + (info.deleted() ? " deleted " : " ") + info.labels();
            case Optional<?> optional -> optional.map(this::text).orElse("none");
            case Collection<?> values -> values.size() + " of" + all(values);
            default -> value.toString();
        };
    }

    private String all(Collection<?> values) {
        return values.stream().map(v -> "\n    " + text(v)).collect(Collectors.joining());
    }

    private String exception(RuntimeException e) {
        String fields = switch (e) {
            case VersionConflict conflict -> conflict.mismatches().toString();
            case ConditionFailed failed ->
                failed.item() + " at " + failed.position() + " after " + text(failed.after());
            case DuplicateIds duplicate -> new TreeMap<>(duplicate.taken()).toString();
            case StreamDeleted deleted -> deleted.stream() + " " + deleted.version();
            case NoSuchStream missing -> missing.stream().toString();
            case HistoryRemoved removed -> removed.stream() + " before " + removed.removedBefore();
            case BaselineMissing missing -> missing.stream() + " before " + missing.before();
            case CursorFromAnotherHistory foreign -> cursor(foreign.cursor());
            case IllegalArgumentException illegal -> "";
            // Each store says in its own words what is in the way.
            case LogUnusable unusable -> "";
            case LogUnavailable unavailable -> "";
            // Whatever it is, the oracle does not throw it, and the message helps to find out.
            default -> String.valueOf(e.getMessage());
        };
        return e.getClass().getSimpleName() + " " + fields;
    }

    private String cursor(Cursor cursor) {
        String name = cursor.log().equals(logId) ? "here" : id(cursor.log());
        return name + "~"
                + cursor.places().stream()
                        .map(p -> p.position() + "." + (p.event() == null ? "" : id(p.event())))
                        .collect(Collectors.joining("~"));
    }

    private String id(UUID id) {
        return known.contains(id) ? id.toString() : "own";
    }

    private String entry(StoredEntry entry) {
        String place = entry.position() + ": " + entry.stream() + "@" + entry.version() + " " + id(entry.id()) + " "
                + entry.type() + " " + entry.tags() + " " + entry.recordedAt();
        return entry instanceof RecordedEvent event ? place + " " + content(event.data()) : place + " husk";
    }

    private static String content(EventData data) {
        byte[] payload = data.payload();
        var crc = new CRC32C();
        crc.update(payload);
        return "v" + data.schemaVersion() + " " + data.occurredAt() + " " + data.contentType() + " "
                + payload.length + " bytes "
                + HexFormat.of().formatHex(Arrays.copyOf(payload, Math.min(payload.length, LONGEST_PAYLOAD))) + " "
                + crc.getValue() + " "
                + data.metadata().toString().replace('\n', ';') + (data.baseline() ? " baseline" : "");
    }
}
