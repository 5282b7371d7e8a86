/// Writes metrics in Prometheus' text format, version 0.0.4.
enum PrometheusText {
    /// The format's name, for those who serve it.
    static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// The families that have samples, each with its description and its type.
    static func text(of families: [MetricFamily]) -> String {
        families.filter { !$0.samples.isEmpty }.map(text).joined()
    }

    private static func text(of family: MetricFamily) -> String {
        var text =
            "# HELP \(family.name) \(escaped(family.help))\n# TYPE \(family.name) \(family.kind.rawValue)\n"
        for sample in family.samples {
            switch sample.value {
            case .number(let value): text += line(family.name, sample.labels, value)
            case .histogram(let histogram): text += lines(family.name, sample.labels, histogram)
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
        return text + line(name + "_count", labels, Double(histogram.count))
    }

    private static func line(_ name: String, _ labels: [MetricLabel], _ value: Double) -> String {
        let list = labels.map { "\($0.name)=\"\(escaped($0.value, quote: true))\"" }.joined(separator: ",")
        return "\(name)\(list.isEmpty ? "" : "{\(list)}") \(number(value))\n"
    }

    /// As Go reads it; whole numbers without a fraction.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return value == value.rounded() && value.magnitude < 1e15 ? String(Int(value)) : "\(value)"
    }

    /// A backslash before backslashes, line feeds as `\n`, and in a label's value a backslash before quotes.
    private static func escaped(_ text: String, quote: Bool = false) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\"" where quote: result += "\\\""
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
