// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.log;

/**
 * What a writer believes about a stream at the moment of the append. If it is wrong, the append fails as a whole with
 * {@link VersionConflict}. A deleted stream meets only {@link #deletedAt} its present version; everything else fails
 * with {@link StreamDeleted}, so that nobody brings it back without meaning to.
 */
public sealed interface ExpectedVersion {
    /** Nothing: the stream may be in any state but deleted. */
    record Any() implements ExpectedVersion {
        @Override
        public String toString() {
            return "any version";
        }
    }

    /** Nobody has ever written to the stream. */
    record NoStream() implements ExpectedVersion {
        @Override
        public String toString() {
            return "no stream";
        }
    }

    /** Somebody has written to the stream; its events may have been truncated since. */
    record Exists() implements ExpectedVersion {
        @Override
        public String toString() {
            return "an existing stream";
        }
    }

    /**
     * The stream's last event has this version.
     *
     * @param version from 1; that there is none is {@link NoStream}
     */
    record Exactly(long version) implements ExpectedVersion {
        /**
         * Checks the version.
         *
         * @throws IllegalArgumentException if it is less than 1
         */
        public Exactly {
            if (version < 1) {
                throw new IllegalArgumentException("The expected version is " + version
                        + "; versions count from 1, and exactly(0) means that nobody has written to the stream.");
            }
        }

        @Override
        public String toString() {
            return "version " + version;
        }
    }

    /**
     * The stream was deleted by the event of this version, and nobody has written to it since.
     *
     * @param version from 2
     */
    record Deleted(long version) implements ExpectedVersion {
        /**
         * Checks the version.
         *
         * @throws IllegalArgumentException if it is less than 2: what is deleted had an event before
         */
        public Deleted {
            if (version < 2) {
                throw new IllegalArgumentException(
                        "No stream was deleted at version " + version + "; deletion is at least the second event.");
            }
        }

        @Override
        public String toString() {
            return "deletion at version " + version;
        }
    }

    /**
     * No belief.
     *
     * @return the expectation that any stream meets unless it is deleted
     */
    static ExpectedVersion any() {
        return new Any();
    }

    /**
     * The belief that nobody has written to the stream.
     *
     * @return the expectation that only an unknown stream meets
     */
    static ExpectedVersion noStream() {
        return new NoStream();
    }

    /**
     * The belief that somebody has written to the stream.
     *
     * @return the expectation that every known stream meets unless it is deleted
     */
    static ExpectedVersion exists() {
        return new Exists();
    }

    /**
     * The belief that the stream's last event has this version.
     *
     * @param version from 0; 0 is the same as {@link #noStream}
     * @return the expectation that only this version meets
     * @throws IllegalArgumentException if the version is negative
     */
    static ExpectedVersion exactly(long version) {
        return version == 0 ? new NoStream() : new Exactly(version);
    }

    /**
     * The knowledge that the stream was deleted, for the writer who brings it back on purpose.
     *
     * @param version the version of the event that deleted it, as {@link StreamDeleted#version} says
     * @return the expectation that only a stream deleted at this version meets
     * @throws IllegalArgumentException if the version is less than 2
     */
    static ExpectedVersion deletedAt(long version) {
        return new Deleted(version);
    }

    /**
     * Whether the belief is true of a stream that is not deleted.
     *
     * @param version the stream's version, 0 if nobody has written to it
     * @return true if so
     */
    default boolean isMetBy(long version) {
        return switch (this) {
            case Any any -> true;
            case NoStream noStream -> version == 0;
            case Exists exists -> version > 0;
            case Exactly exactly -> exactly.version() == version;
            case Deleted deleted -> false;
        };
    }
}
