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

    /** Three digits are enough for anything small, and what was not measured is a dash. */
    private static String figure(double value) {
        if (Double.isNaN(value)) {
            return "-";
        }
        return String.format(Locale.ROOT, value < 10 ? "%.2f" : "%,.0f", value);
    }

    static String text(Result result) {
        var text = new StringBuilder(result.title()).append('\n');
        for (Result.Row row : result.rows()) {
            text.append(String.format(
                    Locale.ROOT,
                    "  %-24s %12s /s  (%s to %s)  p50 %s us  p99 %s us  %s B%n",
                    row.side(),
                    figure(row.perSecond()),
                    figure(row.lowest()),
                    figure(row.highest()),
                    figure(row.p50()),
                    figure(row.p99()),
                    figure(row.bytes())));
        }
        result.verdicts()
                .forEach(verdict -> text.append("  ").append(verdict.text()).append('\n'));
        result.notes().forEach(note -> text.append("  ").append(note).append('\n'));
        return text.toString();
    }

    static String markdown(Map<String, String> machine, List<Result> results, List<String> failed) {
        var text = new StringBuilder("## The machine\n\n| | |\n|---|---|\n");
        machine.forEach((what, value) ->
                text.append("| ").append(what).append(" | ").append(value).append(" |\n"));
        failed.forEach(failure -> text.append("\n**FAILED**: ").append(failure).append('\n'));
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
                        "| %s | %s | %s | %s to %s | %s | %s | %s | %s |%n",
                        result.title(),
                        row.side(),
                        figure(row.perSecond()),
                        figure(row.lowest()),
                        figure(row.highest()),
                        figure(row.p50()),
                        figure(row.p99()),
                        figure(row.p999()),
                        figure(row.bytes())));
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

    static void write(Path folder, Map<String, String> machine, List<Result> results, List<String> failed)
            throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("report.md"), markdown(machine, results, failed));
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("machine", machine);
        json.put("results", results);
        json.put("failed", failed);
        Files.write(
                folder.resolve("report.json"),
                JsonMapper.builder().build().writerWithDefaultPrettyPrinter().writeValueAsBytes(json));
        Plots.write(folder, results);
    }

    static void print(PrintStream out, Map<String, String> machine) {
        machine.forEach((what, value) -> out.printf("%-18s %s%n", what, value));
    }
}
