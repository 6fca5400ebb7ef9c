// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** What figures depend on: processor, JDK, database with its settings, disk, and the commit that was measured. */
final class Machine {
    private static final List<String> SETTINGS = List.of(
            "fsync",
            "synchronous_commit",
            "full_page_writes",
            "shared_buffers",
            "max_wal_size",
            "checkpoint_timeout",
            "autovacuum_naptime",
            "wal_sync_method");
    private static final int SYNCS = 500;
    private static final int BLOCK = 8192;

    private Machine() {}

    static Map<String, String> describe(Site site) throws IOException, SQLException {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("processor", processor());
        facts.put("cores", Integer.toString(Runtime.getRuntime().availableProcessors()));
        facts.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        facts.put("JDK", System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version"));
        facts.put("heap", "%,d MB at most".formatted(Runtime.getRuntime().maxMemory() >> 20));
        facts.put("database", "PostgreSQL " + Site.query(site.adminUrl(), "SHOW server_version"));
        var settings = new StringBuilder();
        for (String setting : SETTINGS) {
            settings.append(settings.isEmpty() ? "" : ", ")
                    .append(setting)
                    .append('=')
                    .append(Site.query(site.adminUrl(), "SHOW " + setting));
        }
        facts.put("its settings", settings.toString());
        facts.put("fdatasync of 8 kB", syncLatency(site.file("sync")));
        facts.put("commit", System.getProperty("cairn.commit", "unknown"));
        return facts;
    }

    private static String processor() throws IOException {
        Path info = Path.of("/proc/cpuinfo");
        if (Files.isReadable(info)) {
            for (String line : Files.readAllLines(info)) {
                if (line.startsWith("model name")) {
                    return line.substring(line.indexOf(':') + 1).strip();
                }
            }
        }
        return System.getProperty("os.arch");
    }

    private static String syncLatency(Path file) throws IOException {
        var latencies = new Histogram(3);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer block = ByteBuffer.wrap("x".repeat(BLOCK).getBytes(StandardCharsets.US_ASCII));
            // The file has its size before, as a log that is written again and again has.
            channel.write(block.duplicate(), 0);
            channel.force(true);
            for (int i = 0; i < SYNCS; i++) {
                channel.write(block.duplicate(), 0);
                long started = System.nanoTime();
                channel.force(false);
                latencies.recordValue(System.nanoTime() - started);
            }
        }
        return "median %.0f us, p99 %.0f us"
                .formatted(latencies.getValueAtPercentile(50) / 1e3, latencies.getValueAtPercentile(99) / 1e3);
    }
}
