// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.Styler.LegendPosition;

/** Plots of the figures, as SVG. */
final class Plots {
    private static final int WIDTH = 900;
    private static final int HEIGHT = 480;

    private Plots() {}

    /** Which workloads go together, by the beginning of their names. */
    private record Plot(String file, String title, String names) {}

    static void write(Path folder, List<Result> results) throws IOException {
        for (Plot plot : List.of(
                new Plot("append", "PostgreSQL, 1 event per append: events per second", "append-(1|16|64|128)"),
                new Plot("peers", "PostgreSQL, beside peers: events per second", "peers-append-.*"),
                new Plot("seeds", "Seeds' workload, appends: appends per second", "seeds-append-.*"))) {
            List<Result> part = results.stream()
                    .filter(result -> result.name().matches(plot.names()))
                    .toList();
            if (!part.isEmpty()) {
                write(folder.resolve(plot.file()), plot.title(), part);
            }
        }
        List<Result> grown = results.stream()
                .filter(result -> result.name().startsWith("large-"))
                .toList();
        if (!grown.isEmpty()) {
            save(curve(grown), folder.resolve("large"));
        }
    }

    /** How the rate of appends goes on while a log grows, against that at the smallest size. */
    static XYChart curve(List<Result> results) {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title("PostgreSQL, appends to a log that has grown")
                .xAxisTitle("events in the log")
                .yAxisTitle("rate, where 1 is that at the smallest log")
                .build();
        chart.getStyler().setLegendPosition(LegendPosition.OutsideS);
        chart.getStyler().setXAxisLogarithmic(true);
        chart.getStyler().setYAxisMin(0.0);
        for (Result result : results) {
            double first = result.rows().getFirst().perSecond();
            chart.addSeries(
                    result.name(),
                    result.rows().stream()
                            .map(row -> LargeLog.events(row.side()))
                            .toList(),
                    result.rows().stream().map(row -> row.perSecond() / first).toList());
        }
        return chart;
    }

    private static void write(Path file, String title, List<Result> results) throws IOException {
        CategoryChart chart = new CategoryChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title)
                .build();
        chart.getStyler().setLegendPosition(LegendPosition.OutsideS);
        Set<String> sides = new LinkedHashSet<>();
        results.forEach(result -> result.rows().stream()
                .filter(row -> !Double.isNaN(row.perSecond()))
                .forEach(row -> sides.add(row.side())));
        List<String> names = results.stream().map(Result::name).toList();
        for (String side : sides) {
            List<@Nullable Double> rates = new ArrayList<>();
            for (Result result : results) {
                rates.add(result.rows().stream()
                        .filter(row -> row.side().equals(side))
                        .map(Result.Row::perSecond)
                        .findFirst()
                        .orElse(null));
            }
            chart.addSeries(side, names, rates);
        }
        save(chart, file);
    }

    private static void save(Chart<?, ?> chart, Path file) throws IOException {
        VectorGraphicsEncoder.saveVectorGraphic(chart, file.toString(), VectorGraphicsFormat.SVG);
    }
}
