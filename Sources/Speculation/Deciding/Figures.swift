/// Figures as sentences show them: few digits, no locale.
enum Figures {
    /// Two decimals under ten, one under a hundred, none above; trailing zeros are cut ("0.44", "2.5", "134").
    static func text(_ value: Double) -> String {
        guard value.isFinite else { return "unknown" }
        let decimals = abs(value) < 10 ? 2 : abs(value) < 100 ? 1 : 0
        return text(value, decimals: decimals)
    }

    /// A rounded figure with at most `decimals` decimals.
    static func text(_ value: Double, decimals: Int) -> String {
        guard value.isFinite, abs(value) < 1e15 else { return "unknown" }
        var scale = 1
        for _ in 0..<decimals { scale *= 10 }
        let scaled = Int((abs(value) * Double(scale)).rounded())
        let whole = scaled / scale
        var fraction = String(scaled % scale)
        fraction = String(repeating: "0", count: max(0, decimals - fraction.count)) + fraction
        while fraction.hasSuffix("0") { fraction.removeLast() }
        let sign = value < 0 && scaled != 0 ? "-" : ""
        return sign + (fraction.isEmpty || decimals == 0 ? "\(whole)" : "\(whole).\(fraction)")
    }

    /// A speed-up as "1.31×".
    static func times(_ value: Double) -> String { text(value) + "×" }
}
