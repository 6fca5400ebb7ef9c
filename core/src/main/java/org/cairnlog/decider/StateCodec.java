// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.decider;

import java.util.function.Function;

/**
 * Turns a state into bytes and back. Safe for use by many threads.
 *
 * @param <S> the state
 */
public interface StateCodec<S> {
    /**
     * Which state this is and which shape of it, for example {@code account-2}. Change it whenever the state, or how
     * events lead to it, changes: snapshots of another schema are not looked at, and those of the releases before and
     * after live beside each other.
     *
     * @return at most 255 UTF-8 bytes
     */
    String schema();

    /**
     * Writes a state.
     *
     * @param state the state
     * @return its bytes
     */
    byte[] encode(S state);

    /**
     * Reads a state.
     *
     * @param bytes as {@link #encode} made them, once
     * @return the state
     * @throws RuntimeException if they cannot be read; then the snapshot is not used
     */
    S decode(byte[] bytes);

    /**
     * A codec of two functions.
     *
     * @param schema which state, and which shape of it
     * @param encode writes a state
     * @param decode reads a state
     * @param <S> the state
     * @return the codec
     */
    static <S> StateCodec<S> of(String schema, Function<S, byte[]> encode, Function<byte[], S> decode) {
        return new StateCodec<>() {
            @Override
            public String schema() {
                return schema;
            }

            @Override
            public byte[] encode(S state) {
                return encode.apply(state);
            }

            @Override
            public S decode(byte[] bytes) {
                return decode.apply(bytes);
            }
        };
    }
}
