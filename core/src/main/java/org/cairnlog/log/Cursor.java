// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.log;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A point in a log from which reading goes on: which log, and up to which event. Appends and reads return it; reading,
 * tailing and conditions take it. Because it names the event and not only the number, a log that was restored from a
 * backup and has grown differently since refuses it ({@link CursorFromAnotherHistory}).
 *
 * <p>Opaque to users, who keep its {@link #toString text} and {@link #parse} it. Not comparable: a log in several
 * partitions has one place in each.
 */
public final class Cursor {
    private static final String FORM = "c1";

    private final UUID log;
    private final List<Place> places;

    private Cursor(UUID log, List<Place> places) {
        this.log = log;
        this.places = List.copyOf(places);
    }

    /**
     * The last place that has been passed in one partition; for stores.
     *
     * @param position 0 before the first event
     * @param event the id of the event there; null at position 0
     */
    public record Place(long position, @Nullable UUID event) {
        /** The place before the first event. */
        public static final Place START = new Place(0, null);

        /**
         * Checks that a place with an event has its id.
         *
         * @throws IllegalArgumentException if not, or if the position is negative
         */
        public Place {
            if (position < 0 || (position == 0) != (event == null)) {
                throw new IllegalArgumentException("No place: position " + position + " with event " + event + ".");
            }
        }
    }

    /**
     * A point in a log of one partition; for stores.
     *
     * @param log the log's id
     * @param place the last place that has been passed
     * @return the cursor
     */
    public static Cursor of(UUID log, Place place) {
        return new Cursor(log, List.of(place));
    }

    /**
     * A point in a log of several partitions; for stores.
     *
     * @param log the log's id
     * @param places the last place that has been passed in each partition, at least one
     * @return the cursor
     */
    public static Cursor of(UUID log, List<Place> places) {
        if (places.isEmpty()) {
            throw new IllegalArgumentException("A cursor needs a place in each partition; none was given.");
        }
        return new Cursor(log, places);
    }

    /**
     * Reads what {@link #toString} wrote, in this or an earlier release.
     *
     * @param text the text form
     * @return the cursor
     * @throws IllegalArgumentException if the text is no cursor
     */
    public static Cursor parse(String text) {
        String[] parts = text.split("~", -1);
        try {
            if (parts.length >= 3 && parts[0].equals(FORM)) {
                List<Place> places = new ArrayList<>();
                for (String part : List.of(parts).subList(2, parts.length)) {
                    String[] place = part.split("\\.", -1);
                    places.add(
                            new Place(Long.parseLong(place[0]), place.length == 1 ? null : UUID.fromString(place[1])));
                }
                return new Cursor(UUID.fromString(parts[1]), places);
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(notACursor(text), e);
        }
        throw new IllegalArgumentException(notACursor(text));
    }

    private static String notACursor(String text) {
        return "\"" + text + "\" is no cursor. Use the text of one that a log gave.";
    }

    /**
     * The id of the log.
     *
     * @return the same for every cursor of one log and its copies
     */
    public UUID log() {
        return log;
    }

    /**
     * The last place that has been passed in each partition; for stores.
     *
     * @return one in a log of one partition
     */
    public List<Place> places() {
        return places;
    }

    /**
     * Whether a reader at this point has passed the other point too.
     *
     * @param other a cursor of the same log
     * @return true if so in every partition, also if they are the same point
     * @throws IllegalArgumentException if the cursors are of different logs
     */
    public boolean covers(Cursor other) {
        if (!log.equals(other.log) || places.size() != other.places.size()) {
            throw new IllegalArgumentException("Cursors of two logs cannot be compared: " + this + " and " + other);
        }
        for (int i = 0; i < places.size(); i++) {
            if (places.get(i).position() < other.places.get(i).position()) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Cursor that && log.equals(that.log) && places.equals(that.places);
    }

    @Override
    public int hashCode() {
        return places.hashCode();
    }

    /**
     * The text form: printable ASCII without white space or quotes.
     *
     * @return what {@link #parse} reads
     */
    @Override
    public String toString() {
        return places.stream()
                .map(place -> place.event() == null ? "0" : place.position() + "." + place.event())
                .collect(Collectors.joining("~", FORM + "~" + log + "~", ""));
    }
}
