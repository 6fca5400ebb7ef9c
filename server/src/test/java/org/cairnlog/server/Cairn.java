// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Runs the command in this process on one log. */
final class Cairn {
    final Path folder;
    final String url;

    Cairn(Path folder) {
        this(folder, "sqlite:" + folder.resolve("cairn.db"));
    }

    private Cairn(Path folder, String url) {
        this.folder = folder;
        this.url = url;
    }

    Cairn on(String name) {
        return new Cairn(folder, "sqlite:" + folder.resolve(name));
    }

    /** A log anywhere. */
    static Cairn at(Path folder, String url) {
        return new Cairn(folder, url);
    }

    record Said(int exit, byte[] bytes, String err) {
        String out() {
            return new String(bytes, UTF_8);
        }

        List<String> lines() {
            return out().lines().toList();
        }

        Said ok() {
            assertThat(exit).as(err + out()).isZero();
            return this;
        }

        /** One line on standard error, and no stack trace. */
        void fails(int code, String message) {
            assertThat(err).startsWith("cairn: ").endsWith("\n");
            assertThat(err.strip().lines()).hasSize(1);
            assertThat(err.strip()).isEqualTo("cairn: " + message);
            assertThat(exit).isEqualTo(code);
        }

        void failsLike(int code, String pattern) {
            assertThat(err.strip().lines()).as(err).hasSize(1);
            assertThat(err.strip()).matches("cairn: " + pattern);
            assertThat(exit).isEqualTo(code);
        }
    }

    Said run(String... args) {
        return run(new byte[0], args);
    }

    Said run(byte[] in, String... args) {
        return with(in, Map.of("CAIRN_LOG", url), args);
    }

    static Said with(byte[] in, Map<String, String> env, String... args) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        int exit = Main.run(args, new ByteArrayInputStream(in), out, err, env);
        return new Said(exit, out.toByteArray(), err.toString(UTF_8));
    }

    /** Appends events of type t to a stream, with the payload {"n":1} and so on. */
    void appendTo(String stream, int events) {
        for (int i = 1; i <= events; i++) {
            run("append", stream, "t", "--data", "{\"n\":" + i + "}").ok();
        }
    }

    static List<String> positions(Said said) {
        List<String> positions = new ArrayList<>();
        said.lines().forEach(line -> positions.add(line.strip().split("\\s+")[0]));
        return positions;
    }
}
