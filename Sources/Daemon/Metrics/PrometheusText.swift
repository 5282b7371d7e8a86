import Dispatching

/// Writes metrics in Prometheus' text format, version 0.0.4.
enum PrometheusText {
    /// The families that have samples, each with its description and its type.
    ///
    /// - Parameter common: labels of every sample.
    static func text(of families: [MetricFamily], common: [MetricLabel] = []) -> String {
        var text = ""
        for family in families where !family.samples.isEmpty { text += block(family, common) }
        return text
    }

    private static func block(_ family: MetricFamily, _ common: [MetricLabel]) -> String {
        var text = "# HELP \(family.name) \(escaped(family.help, quotes: false))\n"
        text += "# TYPE \(family.name) \(family.kind.rawValue)\n"
        for sample in family.samples {
            let labels = common + sample.labels
            switch sample.value {
            case .number(let value): text += line(family.name, labels, value)
            case .histogram(let histogram): text += lines(family.name, labels, histogram)
            }
        }
        return text
    }

    private static func lines(_ name: String, _ labels: [MetricLabel], _ histogram: Histogram) -> String {
        var text = ""
        for (bound, count) in zip(histogram.bounds, histogram.cumulative) {
            text += line(name + "_bucket", labels + [MetricLabel("le", number(bound))], Double(count))
        }
        text += line(name + "_bucket", labels + [MetricLabel("le", "+Inf")], Double(histogram.count))
        text += line(name + "_sum", labels, histogram.sum)
        text += line(name + "_count", labels, Double(histogram.count))
        return text
    }

    private static func line(_ name: String, _ labels: [MetricLabel], _ value: Double) -> String {
        guard !labels.isEmpty else { return "\(name) \(number(value))\n" }
        let list = labels.map { "\($0.name)=\"\(escaped($0.value, quotes: true))\"" }
        return "\(name){\(list.joined(separator: ","))} \(number(value))\n"
    }

    /// As Go reads it; whole numbers without a fraction.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return value == value.rounded() && value.magnitude < 1e15 ? String(Int(value)) : "\(value)"
    }

    /// A backslash before backslashes, line feeds as `\n`, and in a label's value a backslash before quotes.
    private static func escaped(_ text: String, quotes: Bool) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\"": result += quotes ? "\\\"" : "\""
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
