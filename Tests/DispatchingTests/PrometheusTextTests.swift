import Testing

@testable import Daemon
@testable import Dispatching

@Suite struct PrometheusTextTests {
    @Test func labelsAreEscapedAndEmptyOnesLeftOut() {
        var family = MetricFamily("x_info", .gauge, "One \\ two\nthree.")
        family.set(1, MetricLabel("model", "a \"b\"\\\n語"), MetricLabel("engine", ""))
        #expect(
            PrometheusText.text(of: [family]) == """
                # HELP x_info One \\\\ two\\nthree.
                # TYPE x_info gauge
                x_info{model="a \\"b\\"\\\\\\n語"} 1

                """)
    }

    @Test func aHistogramAddsUp() {
        var histogram = Histogram([0.5, 1])
        for value in [0.25, 0.5, 0.75, 3, .nan, .infinity] { histogram.observe(value) }
        var family = MetricFamily("x_ratio", .histogram, "A ratio.")
        family.set(histogram, MetricLabel("depth", "3"))
        #expect(
            PrometheusText.text(of: [family]) == """
                # HELP x_ratio A ratio.
                # TYPE x_ratio histogram
                x_ratio_bucket{depth="3",le="0.5"} 2
                x_ratio_bucket{depth="3",le="1"} 3
                x_ratio_bucket{depth="3",le="+Inf"} 4
                x_ratio_sum{depth="3"} 4.5
                x_ratio_count{depth="3"} 4

                """)
    }

    @Test func noTwoSamplesHaveTheSameLabels() {
        var family = MetricFamily("x", .gauge, "X.")
        family.set(1, MetricLabel("a", "b"))
        family.set(2, MetricLabel("a", "b"), MetricLabel("c", ""))
        #expect(family.samples.count == 1)
        #expect(PrometheusText.text(of: [family]).hasSuffix("x{a=\"b\"} 2\n"))
    }

    @Test func everySampleHasTheCommonLabels() {
        var family = MetricFamily("x", .gauge, "X.")
        family.set(1)
        family.set(2, MetricLabel("a", "b"))
        let text = PrometheusText.text(of: [family], common: [MetricLabel("service", "fast")])
        #expect(text.hasSuffix("x{service=\"fast\"} 1\nx{service=\"fast\",a=\"b\"} 2\n"))
    }

    @Test func aFamilyWithoutSamplesIsLeftOut() {
        #expect(PrometheusText.text(of: [MetricFamily("x", .gauge, "X.")]).isEmpty)
    }

    @Test(
        arguments: [
            (0, "0"), (-3, "-3"), (0.25, "0.25"), (Double.infinity, "+Inf"), (-Double.infinity, "-Inf"),
            (Double.nan, "NaN"), (1e20, "1e+20"),
        ] as [(Double, String)])
    func numbersAreWrittenAsGoReadsThem(_ value: Double, _ expected: String) {
        #expect(PrometheusText.number(value) == expected)
    }
}
