// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.log;

/**
 * What a writer believes about a stream at the moment of the append. If it is wrong, the append fails as a whole with
 * {@link VersionConflict}. A deleted stream meets only {@code exactly} its present version; everything else fails with
 * {@link StreamDeleted}.
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
     * @param version from 0; 0 is the same belief as {@link NoStream}
     */
    record Exactly(long version) implements ExpectedVersion {
        /**
         * Checks the version.
         *
         * @throws IllegalArgumentException if it is negative
         */
        public Exactly {
            if (version < 0) {
                throw new IllegalArgumentException("The expected version is " + version
                        + "; versions count from 1, and 0 means that nobody has written to the stream.");
            }
        }

        @Override
        public String toString() {
            return "version " + version;
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
     * @param version from 0
     * @return the expectation that only this version meets
     * @throws IllegalArgumentException if the version is negative
     */
    static ExpectedVersion exactly(long version) {
        return new Exactly(version);
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
        };
    }
}
