extension [Double] {
    package var mean: Double { isEmpty ? .nan : reduce(0, +) / Double(count) }

    package var median: Double { quantile(0.5) }

    /// The value under which a share of them lies, between neighbours where it falls between; NaN of none.
    package func quantile(_ share: Double) -> Double {
        guard !isEmpty else { return .nan }
        let sorted = sorted()
        let place = share * Double(count - 1)
        let low = Int(place)
        let high = Swift.min(low + 1, count - 1)
        return sorted[low] + (place - Double(low)) * (sorted[high] - sorted[low])
    }

    /// The standard error of the mean.
    package var standardError: Double {
        guard count > 1 else { return .nan }
        let mean = mean
        let squares = reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return (squares / Double(count - 1) / Double(count)).squareRoot()
    }
}
