// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** What a run has brought, as Markdown, JSON and plots. */
final class Report {
    private Report() {}

    static String text(Result result) {
        var text = new StringBuilder(result.title()).append('\n');
        for (Result.Row row : result.rows()) {
            text.append(String.format(
                    Locale.ROOT,
                    "  %-24s %,12.0f /s  (%,.0f to %,.0f)  p50 %,.0f us  p99 %,.0f us  %,.0f B%n",
                    row.side(),
                    row.perSecond(),
                    row.lowest(),
                    row.highest(),
                    row.p50(),
                    row.p99(),
                    row.bytes()));
        }
        result.verdicts()
                .forEach(verdict -> text.append("  ").append(verdict.text()).append('\n'));
        result.notes().forEach(note -> text.append("  ").append(note).append('\n'));
        return text.toString();
    }

    static String markdown(Map<String, String> machine, List<Result> results) {
        var text = new StringBuilder("## The machine\n\n| | |\n|---|---|\n");
        machine.forEach((what, value) ->
                text.append("| ").append(what).append(" | ").append(value).append(" |\n"));
        text.append("\n## The bars\n\n| workload | compared | measured | bar | |\n|---|---|---:|---|---|\n");
        for (Result result : results) {
            for (Result.Verdict verdict : result.verdicts()) {
                text.append(String.format(
                        Locale.ROOT,
                        "| %s | %s | %.2f | %s | %s |%n",
                        result.title(),
                        verdict.what(),
                        verdict.measured(),
                        verdict.bar(),
                        verdict.reached() ? "reached" : "**missed**"));
            }
        }
        text.append("\n## The figures\n\n| workload | side | per second | slowest to fastest round | p50 us | p99 us"
                + " | p99.9 us | bytes |\n|---|---|---:|---|---:|---:|---:|---:|\n");
        for (Result result : results) {
            for (Result.Row row : result.rows()) {
                text.append(String.format(
                        Locale.ROOT,
                        "| %s | %s | %,.0f | %,.0f to %,.0f | %,.0f | %,.0f | %,.0f | %,.0f |%n",
                        result.title(),
                        row.side(),
                        row.perSecond(),
                        row.lowest(),
                        row.highest(),
                        row.p50(),
                        row.p99(),
                        row.p999(),
                        row.bytes()));
            }
        }
        boolean first = true;
        for (Result result : results) {
            for (String note : result.notes()) {
                text.append(first ? "\nNotes:\n\n" : "")
                        .append("- ")
                        .append(result.title())
                        .append(". ")
                        .append(note);
                text.append('\n');
                first = false;
            }
        }
        return text.toString();
    }

    static void write(Path folder, Map<String, String> machine, List<Result> results) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("report.md"), markdown(machine, results));
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("machine", machine);
        json.put("results", results);
        Files.write(
                folder.resolve("report.json"),
                JsonMapper.builder().build().writerWithDefaultPrettyPrinter().writeValueAsBytes(json));
        Plots.write(folder, results);
    }

    static void print(PrintStream out, Map<String, String> machine) {
        machine.forEach((what, value) -> out.printf("%-18s %s%n", what, value));
    }
}
