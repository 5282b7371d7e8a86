import Dispatching

/// What tells a sample from others of its family.
struct MetricLabel: Sendable, Hashable {
    let name: String
    let value: String

    init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// Samples of one metric, each with labels of its own.
struct MetricFamily: Sendable {
    enum Kind: String, Sendable { case counter, gauge, histogram }

    struct Sample: Sendable {
        let labels: [MetricLabel]
        var value: Value
    }

    enum Value: Sendable {
        case number(Double)
        case histogram(Histogram)
    }

    let name: String
    let kind: Kind
    /// One sentence for people.
    let help: String
    /// In the order in which they were set.
    private(set) var samples: [Sample] = []
    private var places: [[MetricLabel]: Int] = [:]

    init(_ name: String, _ kind: Kind, _ help: String) {
        self.name = name
        self.kind = kind
        self.help = help
    }

    /// Sets a sample; one with the same labels is replaced, since no two may have them.
    mutating func set(_ value: Double, _ labels: MetricLabel...) { put(.number(value), labels) }

    mutating func set(_ value: Int, _ labels: MetricLabel...) { put(.number(Double(value)), labels) }

    mutating func set(_ histogram: Histogram, _ labels: MetricLabel...) { put(.histogram(histogram), labels) }

    /// A label without a value is one that is not there.
    private mutating func put(_ value: Value, _ labels: [MetricLabel]) {
        let present = labels.filter { !$0.value.isEmpty }
        if let place = places[present] {
            samples[place].value = value
        } else {
            places[present] = samples.count
            samples.append(Sample(labels: present, value: value))
        }
    }
}
