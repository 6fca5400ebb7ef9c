// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.server;

import org.cairnlog.event.StreamId;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a stream is named: in one word, or by category and id apart. */
final class StreamOption {
    static final String STREAM = "category/id; a slash inside the category is %%2F. With --category only the id.";

    @Option(
            names = "--category",
            paramLabel = "CATEGORY",
            description = "The category of STREAM, which is its id then.")
    @Nullable String category;

    StreamId stream(String text) {
        return category == null ? StreamId.parse(text) : StreamId.of(category, text);
    }
}
