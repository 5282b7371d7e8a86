/// One sample line of the Prometheus text format: `prefix:name{label="value",…} number`.
struct PrometheusSample {
    /// The metric's name, without the part before the colon.
    var name: Substring
    var value: Double
    private var labels: Substring

    /// Reads a line; nil for comments, and for lines that are no sample of a finite number.
    init?(_ line: Substring) {
        guard !line.hasPrefix("#") else { return nil }
        let nameEnd = line.firstIndex { $0 == "{" || $0 == " " } ?? line.endIndex
        let qualified = line[..<nameEnd]
        name = qualified.firstIndex(of: ":").map { qualified[qualified.index(after: $0)...] } ?? qualified
        var rest = line[nameEnd...]
        labels = ""
        if rest.hasPrefix("{") {
            guard let close = rest.lastIndex(of: "}") else { return nil }
            labels = rest[rest.index(after: rest.startIndex)..<close]
            rest = rest[rest.index(after: close)...]
        }
        guard let number = rest.split(separator: " ").first.flatMap({ Double($0) }), number.isFinite else {
            return nil
        }
        value = number
    }

    /// The value as a count, held between 0 and 2^53.
    var count: Int { Int(min(max(0, value), 9_007_199_254_740_992)) }

    /// The value of the label `key`. Label values with commas or escapes are not understood; counters have
    /// none.
    func label(_ key: String) -> String? {
        for pair in labels.split(separator: ",") {
            let parts = pair.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, parts[0] == key else { continue }
            return String(parts[1].filter { $0 != "\"" })
        }
        return nil
    }
}
